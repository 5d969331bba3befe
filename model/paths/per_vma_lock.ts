/**
 * The lock that each VMA has since 6.4. A fault tries it first, without waiting. What it cannot do under it, it begins anew
 * under mmap_sem: calling a filesystem whose vm_ops have no ->map_pages (ext4's and ext2's for DAX), and making an anon_vma
 * while a writer has mmap_sem. Who changes a VMA holds mmap_sem for writing and locks it as well: vma_start_write().
 * arch/x86/mm/fault.c, mm/memory.c, include/linux/mm.h; read from 6.12.101
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { freeToRead, mmapLock, vmaLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { AnonPrepare, MmParts, Returns } from '../parts.ts';
import { locksVma } from '../per-vma-lock.ts';
import { origPte } from '../registers.ts';
import type { SceneVma } from '../scene.ts';
import { LOCAL, LOCK } from '../sections.ts';
import { V612 } from '../sources.ts';
import { do_page_fault, faultUnder } from './do_page_fault.ts';
import { down, up } from './locks.ts';

/** do_user_addr_fault() */
export function do_user_addr_fault(d: MmParts, here: Here, ret: Returns<'RETRY' | 'KILLED'>): StateConfig {
  if (!locksVma(d, here)) return do_page_fault(d, here, ret);
  const lock = vmaLock(here.thread.vma);
  const again = here.to('vma_end_read');
  return chart(here, {
    ...tryVmaLock(here, { locked: 'vma_lock', not: 'lock_mmap' }),
    vma_lock: faultUnder(underVmaLock(d, again), here.at('vma_lock'), ret, { lock, take: {}, noVma: again }),
    vma_end_read: up(here, lock, 'vma_end_read', V612.memory, 'lock_mmap'),
    lock_mmap: do_page_fault(d, here.at('lock_mmap'), ret),
  });
}

/** State `lock_vma_under_rcu`: the lock of the VMA for reading, without waiting for it. */
export const tryVmaLock = (here: Here, to: { locked: string; not: string }): Record<string, StateConfig> => {
  const lock = vmaLock(here.thread.vma);
  return {
    lock_vma_under_rcu: step(
      LOCK,
      'lock_vma_under_rcu',
      V612.memory,
      when(
        (s) => s.read(lock, freeToRead),
        to.locked,
        'vma_start_read()',
        (s) => s.send(lock, { type: 'DOWN', who: here.me, mode: 'read' }),
      ),
      otherwise(to.not, 'the VMA is write-locked'),
    ),
  };
};

type Leave = (s: Act) => void;

/** The core's parts for a fault that holds its VMA's lock. @param again where a fault goes that has to begin anew */
function underVmaLock(d: MmParts, again: Target): MmParts {
  const vmf_anon_prepare: AnonPrepare = (here, ret, leave) => anonPrepare(here, ret, again, leave);
  if (d.map_pages) return { ...d, vmf_anon_prepare };
  const vmf_can_call_fault = (_d: MmParts, here: Here): StateConfig =>
    chart(here, {
      vmf_can_call_fault: dispatch(
        'vmf_can_call_fault',
        V612.memory,
        otherwise(again, 'VM_FAULT_RETRY', (s) => s.set(origPte, null)),
      ),
    });
  return {
    ...d,
    vmf_anon_prepare,
    do_read_fault: vmf_can_call_fault,
    do_shared_fault: vmf_can_call_fault,
    do_cow_fault: vmf_can_call_fault,
    wp_pfn_shared: vmf_can_call_fault,
  };
}

/** vmf_anon_prepare(): the first copy of a VMA needs an anon_vma, and that needs mmap_sem. */
function anonPrepare(here: Here, ret: Returns<'RETURN'>, again: Target, leave: Leave): StateConfig {
  const area = vma(here.thread.vma);
  const mmapSem = mmapLock(here.thread.mm);
  const fn = '__vmf_anon_prepare';
  return chart(here, {
    anon_vma: step(
      LOCAL,
      fn,
      V612.memory,
      when((s) => s.read(area).anonVma, ret.RETURN, 'vma->anon_vma'),
      otherwise('mmap_read_trylock', '!vma->anon_vma'),
    ),
    mmap_read_trylock: step(
      LOCK,
      fn,
      V612.memory,
      when(
        (s) => s.read(mmapSem, freeToRead),
        'anon_vma_prepare',
        'mmap_read_trylock()',
        (s) => s.send(mmapSem, { type: 'DOWN', who: here.me, mode: 'read' }),
      ),
      otherwise(again, '!mmap_read_trylock(): VM_FAULT_RETRY', leave),
    ),
    anon_vma_prepare: step(
      LOCAL,
      fn,
      V612.memory,
      otherwise('mmap_read_unlock', '__anon_vma_prepare()', (s) => s.send(area, { type: 'ANON_VMA' })),
    ),
    mmap_read_unlock: up(here, mmapSem, fn, V612.memory, ret.RETURN),
  });
}

/** vma_start_write() of a VMA, under mmap_sem held for writing: waits for the faults that hold its lock. State `name`. */
export const vmaStartWrite = (here: Here, name: string, area: Pick<SceneVma, 'id'>, to: string) =>
  down(here, name, { lock: vmaLock(area.id), mode: 'write', fn: 'vma_start_write', src: V612.mm, to });

/** vma_end_write_all(), before mmap_sem is given back: mm_lock_seq is counted up, for all VMAs at once. */
export const vmaEndWriteAll = (here: Here, areas: readonly Pick<SceneVma, 'id'>[], to: string): StateConfig =>
  step(
    LOCK,
    'vma_end_write_all',
    V612.mmapLock,
    otherwise(to, 'mm_lock_seq + 1', (s) => {
      for (const { id } of areas) s.send(vmaLock(id), { type: 'UP', who: here.me });
    }),
  );

/** How a call that changes the VMA it is made on locks it. */
interface VmaWriter {
  /** Where to go with mmap_sem held, and where when all is done. */
  readonly first: string;
  readonly last: string;
  readonly states: Record<string, StateConfig>;
}

/** vma_start_write(), then `to`; vma_end_write_all(), then `up`. */
export const vmaWriter = (
  d: MmParts,
  here: Here,
  { to, up: out }: { readonly to: string; readonly up: string },
): VmaWriter =>
  locksVma(d, here)
    ? {
        first: 'vma_start_write',
        last: 'vma_end_write_all',
        states: {
          ...vmaStartWrite(here, 'vma_start_write', here.vma, to),
          vma_end_write_all: vmaEndWriteAll(here, [here.vma], out),
        },
      }
    : { first: to, last: out, states: {} };
