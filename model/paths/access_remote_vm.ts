/**
 * access_remote_vm() of one page for writing: /proc/PID/mem, ptrace(2). get_user_pages(FOLL_WRITE | FOLL_FORCE) under mmap_sem:
 * the page is looked up under the PTL, and faulted in until the lookup may have it. FOLL_FORCE makes a copy also where the
 * private mapping is read-only; that copy's PTE stays read-only, and how a lookup knows that it is the copy differs
 * (`follow_write`). mm/memory.c, mm/gup.c; set_page_dirty_lock() after the write is left out.
 */
import { type Act, chart, dispatch, type Look, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { anon } from '../entries/anon.ts';
import { isAnon, isBlock, type Pfn, ZERO } from '../entries/pfn.ts';
import { mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { followed, follWrite, origPte, vmFaultWrite } from '../registers.ts';
import { LOCAL, PTL, SLEEP } from '../sections.ts';
import { V49, V510 } from '../sources.ts';
import { down, up } from './locks.ts';
import { getPage, putPage } from './struct_page.ts';
import { storeTo } from './user_access.ts';

const src = V510.gup;

export function access_remote_vm(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const lock = mmapLock(here.thread.mm);
  const dropsWrite = d.follow_write === 'as a read';
  const faults = {
    DONE: here.to('VM_FAULT_WRITE'),
    SIGBUS: here.to('efault'),
  };
  return chart(here, {
    ...down(here, 'mmap_sem', { lock, mode: 'read', fn: 'access_remote_vm', src, to: 'check_vma_flags' }),
    check_vma_flags: step(
      LOCAL,
      '__get_user_pages',
      src,
      when((s) => !s.read(vma(here.thread.vma)).pages.includes(here.page), 'up_read', 'no VMA: -EFAULT'),
      otherwise('follow_page_mask', 'FOLL_WRITE | FOLL_FORCE', (s) => s.set(follWrite, 'write')),
    ),
    follow_page_mask: step(
      PTL,
      'follow_page_pte',
      src,
      when((s) => !follows(s, d, here), 'orig_pte', 'not present, or not to be written: faultin_page()'),
      ...(d.follow_blocks || d.page_cache
        ? []
        : [
            when(
              (s) => isBlock(s.read(here.pte)!.pfn),
              'up_read',
              'no struct page: -EFAULT',
              (s) => s.set(follWrite, null),
            ),
          ]),
      otherwise('copy_to_user_page', '', (s) => {
        const { pfn } = s.read(here.pte)!;
        s.line(`get_page(${pfn})`);
        if (counted(pfn)) getPage(s, pfn);
        s.set(followed, pfn);
        s.set(follWrite, null);
      }),
    ),
    orig_pte: step(
      LOCAL,
      'handle_pte_fault',
      src,
      ...(dropsWrite
        ? [
            when(
              (s) => s.get(follWrite) === 'read',
              'read_fault',
              'orig_pte = *pte, not FAULT_FLAG_WRITE',
              snapshot(here),
            ),
          ]
        : []),
      otherwise('write_fault', 'orig_pte = *pte', snapshot(here)),
    ),
    write_fault: d.handle_pte_fault(d, here.at('write_fault'), faults),
    ...(dropsWrite && { read_fault: d.handle_pte_fault(d, here.at('read_fault').reading(), faults) }),
    VM_FAULT_WRITE: dispatch(
      'faultin_page',
      src,
      // 6.0 and later ask the page.
      ...(d.follow_write === 'an exclusive copy'
        ? []
        : [
            when(
              (s) => s.get(vmFaultWrite) && !here.vma.writable,
              'follow_page_mask',
              dropsWrite ? 'VM_FAULT_WRITE: *flags &= ~FOLL_WRITE' : 'VM_FAULT_WRITE: *flags |= FOLL_COW',
              (s) => {
                s.set(vmFaultWrite, false);
                s.set(follWrite, dropsWrite ? 'read' : 'cow');
              },
            ),
          ]),
      otherwise('follow_page_mask', '', (s) => s.set(vmFaultWrite, false)),
    ),
    // Whatever page that is by now.
    copy_to_user_page: step(
      SLEEP,
      '__access_remote_vm',
      src,
      otherwise('put_page', '', (s) => {
        const pfn = s.get(followed)!;
        s.line(`poke ${here.page}: ${here.op.token} into ${pfn}`);
        storeTo(s, pfn, here.op.token);
        s.mark(mark({ type: 'hw-store', op: here.op.token, vma: here.thread.vma, page: here.page, pfn }));
      }),
    ),
    put_page: step(
      LOCAL,
      '__access_remote_vm',
      src,
      otherwise('up_read', 'put_page()', (s) => {
        const pfn = s.get(followed)!;
        if (counted(pfn)) putPage(s, pfn);
        s.set(followed, null);
      }),
    ),
    efault: dispatch(
      'faultin_page',
      V49.memory,
      otherwise('up_read', '-EFAULT', (s) => s.set(follWrite, null)),
    ),
    up_read: up(here, lock, 'access_remote_vm', src, ret.RETURN),
  });
}

/** Pages of storage and the zero page are held, too; nobody asks for their counts here. */
const counted = (pfn: Pfn): boolean => pfn !== ZERO && !isBlock(pfn);

const snapshot =
  (here: Here) =>
  (s: Act): void =>
    s.set(origPte, s.read(here.pte));

/** can_follow_write_pte(), where FOLL_WRITE is asked for. */
function follows(s: Look, { follow_write }: MmParts, here: Here): boolean {
  const now = s.read(here.pte);
  if (now === null) return false;
  const flag = s.get(follWrite);
  if (now.w || flag === 'read') return true;
  if (here.vma.writable) return false;
  if (follow_write === 'an exclusive copy') return isAnon(now.pfn) && s.read(anon(now.pfn)).exclusive;
  return flag === 'cow' && now.d;
}
