/**
 * get_user_pages(FOLL_WRITE) of one page, as direct I/O into the mapping takes it, and the put_page() when the device has
 * done. The fast walk takes its reference where the PTE is present and writable; else the page is faulted in, and the walk is
 * made again. What the device writes meanwhile is not modelled, nor long-term pins, which DAX refuses. mm/gup.c
 */
import { chart, type Look, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { isBlock } from '../entries/pfn.ts';
import { pins } from '../entries/pins.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { holderOf } from '../pins.ts';
import { LOCAL, PTL } from '../sections.ts';
import { V510 } from '../sources.ts';
import { walk } from '../thp.ts';
import { do_page_fault } from './do_page_fault.ts';

/** KILLED: the fault got a signal; get_user_pages() returns -EFAULT, and the thread gives up. */
export function get_user_pages(d: MmParts, here: Here, ret: Returns<'DONE' | 'KILLED'>): StateConfig {
  return chart(here, {
    // The reference is taken without the PTE lock, and given back if the PTE has changed since: as if under it.
    gup_pte_range: step(
      PTL,
      'gup_pte_range',
      V510.gup,
      when(
        (s) => s.read(here.pte)?.w === true,
        ret.DONE,
        '',
        (s) => {
          const { pfn } = s.read(here.pte)!;
          s.line(`get_page(${pfn})`);
          // A pinned private copy keeps nobody from freeing a block.
          if (isBlock(pfn)) s.send(pins(pfn), { type: 'PIN', holder: holderOf(here) });
        },
      ),
      // As a trap is of a store: what the fault does, it does for this access.
      otherwise('do_page_fault', 'not present and writable: handle_mm_fault()', (s) =>
        s.mark(mark({ type: 'trap', op: here.op.token })),
      ),
    ),
    // faultin_page() holds mmap_sem, also where faults of the user's try the VMA's lock first.
    do_page_fault: (d.per_vma_lock ? do_page_fault : d.do_page_fault)(d, here.at('do_page_fault'), {
      RETRY: here.to('gup_pte_range'),
      KILLED: ret.KILLED,
    }),
  });
}

/** mm_populate(): each page that is not there yet is faulted in, under mmap_sem, as an access of the mapping's kind would. One that fails is left. */
export function populate_vma_page_range(d: MmParts, here: Here, ret: Returns<'DONE'>): StateConfig {
  const present = (s: Look): boolean => {
    const now = walk(s, here.scene, here.thread.vma, here.page);
    return now !== null && (now.w || !here.write);
  };
  return chart(here, {
    find_vma: step(
      LOCAL,
      '__mm_populate',
      V510.gup,
      when((s) => !s.read(vma(here.thread.vma)).pages.includes(here.page), ret.DONE, 'no VMA'),
      otherwise('follow_page_mask', 'find_vma()'),
    ),
    follow_page_mask: step(
      PTL,
      'follow_page_mask',
      V510.gup,
      when(present, ret.DONE, 'present'),
      otherwise('do_page_fault', 'not present: handle_mm_fault()'),
    ),
    do_page_fault: (d.per_vma_lock ? do_page_fault : d.do_page_fault)(d, here.at('do_page_fault'), {
      RETRY: here.to('follow_page_mask'),
      KILLED: ret.DONE,
    }),
  });
}

export function put_page(here: Here, ret: Returns<'RETURN'>): StateConfig {
  const holder = holderOf(here);
  return chart(here, {
    put_page: step(
      LOCAL,
      'put_page',
      V510.gup,
      ...here.scene.blocks.map((b) =>
        when(
          (s) => s.read(pins(b)).holders.includes(holder),
          ret.RETURN,
          `put_page(${b}); wake_up_var() at one reference`,
          (s) => s.send(pins(b), { type: 'UNPIN', holder }),
        ),
      ),
      // Nothing was pinned, or a private copy.
      otherwise(ret.RETURN, 'put_page()'),
    ),
  });
}
