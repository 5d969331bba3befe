/**
 * One load or store instruction of user mode: P0. The access is a step of its own; after every fault it is simply
 * executed again, and nothing guarantees that the PTE still permits it.
 */
import { type Act, chart, type Look, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { anon } from '../entries/anon.ts';
import { block } from '../entries/block.ts';
import { type Content, showContent } from '../entries/content.ts';
import { page } from '../entries/page.ts';
import { isAnon, isBlock, type Pfn, ZERO } from '../entries/pfn.ts';
import { zeroPage } from '../entries/zero-page.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { HW } from '../sections.ts';
import { MMU } from '../sources.ts';

export function user_access(d: MmParts, here: Here, ret: Returns<'DONE' | 'KILLED'>): StateConfig {
  return chart(here, {
    access: here.write ? store(here, ret.DONE) : load(here, ret.DONE),
    do_page_fault: d.do_page_fault(d, here.at('do_page_fault'), { RETRY: here.to('access'), KILLED: ret.KILLED }),
  });
}

function load(here: Here, done: string): StateConfig {
  return step(
    HW,
    'load',
    MMU,
    when(
      (s) => s.read(here.pte) !== null,
      done,
      '',
      (s) => {
        const content = contentOf(s, s.read(here.pte)!.pfn);
        s.line(`load ${here.page} -> ${showContent(content)}`);
        s.mark(mark({ type: 'hw-load', op: here.op.token, vma: here.thread.vma, page: here.page, content }));
      },
    ),
    trap(here),
  );
}

function store(here: Here, done: string): StateConfig {
  return step(
    HW,
    'store',
    MMU,
    when(
      (s) => s.read(here.pte)?.w === true,
      done,
      '',
      (s) => {
        const { pfn } = s.read(here.pte)!;
        s.line(`store ${here.page}: ${here.op.token} into ${pfn}`);
        s.send(here.pte, { type: 'HW_DIRTY' });
        storeTo(s, pfn, here.op.token);
        s.mark(mark({ type: 'hw-store', op: here.op.token, vma: here.thread.vma, page: here.page, pfn }));
      },
    ),
    trap(here),
  );
}

const trap = (here: Here) =>
  otherwise('do_page_fault', `#PF ${here.op.name} ${here.page}`, (s) =>
    s.mark(mark({ type: 'trap', op: here.op.token })),
  );

/** What a load through a PTE to `pfn` gets. */
function contentOf(s: Look, pfn: Pfn): Content {
  if (pfn === ZERO) return s.read(zeroPage).mem;
  if (isAnon(pfn)) return s.read(anon(pfn)).mem;
  return isBlock(pfn) ? s.read(block(pfn)).mem : s.read(page(pfn)).mem;
}

function storeTo(s: Act, pfn: Pfn, op: string): void {
  const byte = { type: 'STORE', op } as const;
  if (pfn === ZERO) s.send(zeroPage, byte);
  else if (isAnon(pfn)) s.send(anon(pfn), byte);
  else if (isBlock(pfn)) s.send(block(pfn), byte);
  else s.send(page(pfn), byte);
}
