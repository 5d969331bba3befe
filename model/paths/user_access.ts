/**
 * One load or store instruction of user mode. The access is a step of its own; after every fault it is simply
 * executed again, and nothing guarantees that the PTE still permits it. With tlb=on what permits it may be a TLB entry.
 */
import {
  type Act,
  type Alternative,
  chart,
  type Look,
  otherwise,
  type StateConfig,
  step,
  when,
} from '../../explorer/chart.ts';
import { anon } from '../entries/anon.ts';
import { block } from '../entries/block.ts';
import { type Content, contents, showContent } from '../entries/content.ts';
import { page } from '../entries/page.ts';
import { HZP, isAnon, isBlock, type Pfn, ZERO } from '../entries/pfn.ts';
import { isHuge } from '../entries/pmd.ts';
import { isWritable, type Pte, type PteValue, pfnIn, pteSame } from '../entries/pte.ts';
import { gapAt, pteGap } from '../entries/pte-gap.ts';
import { hugeZeroPage, zeroPage } from '../entries/zero-page.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { gapsOn } from '../pte-gaps.ts';
import { HW } from '../sections.ts';
import { MMU } from '../sources.ts';
import { pmdHere, thpOn, walk } from '../thp.ts';

export function user_access(d: MmParts, here: Here, ret: Returns<'DONE' | 'KILLED'>): StateConfig {
  return chart(here, {
    access: here.write ? store(here, ret.DONE) : load(here, ret.DONE),
    do_page_fault: d.do_page_fault(d, here.at('do_page_fault'), { RETRY: here.to('access'), KILLED: ret.KILLED }),
  });
}

function load(here: Here, done: string): StateConfig {
  const effect = (s: Act, pfn: Pfn): void => {
    const content = contentOf(s, pfn);
    s.line(`load ${here.page} -> ${showContent(content)}`);
    s.mark(mark({ type: 'hw-load', op: here.op.token, vma: here.thread.vma, page: here.page, content }));
  };
  return step(
    HW,
    'load',
    MMU,
    ...tlbHit(
      here,
      done,
      () => true,
      (s, { pfn }) => effect(s, pfn),
    ),
    when(
      (s) => maps(s, here) !== null,
      done,
      '',
      (s) => {
        effect(s, maps(s, here)!);
        fill(s, here);
      },
    ),
    trap(here),
  );
}

function store(here: Here, done: string): StateConfig {
  const effect = (s: Act, pfn: Pfn, via?: string): void => {
    s.line(`store ${here.page}: ${here.op.token} into ${pfn}`);
    storeTo(s, pfn, here.op.token);
    const { op, page } = here;
    s.mark(
      mark({ type: 'hw-store', op: op.token, vma: here.thread.vma, page, pfn, ...(via !== undefined && { via }) }),
    );
  };
  return step(
    HW,
    'store',
    MMU,
    ...tlbHit(
      here,
      done,
      (cached) => cached.w && cached.d,
      (s, { pfn }, via) => effect(s, pfn, via),
    ),
    ...spurious(here),
    when(
      (s) => mapsWritable(s, here),
      done,
      '',
      (s) => {
        const pfn = maps(s, here)!;
        const upper = hugeUsed(s, here);
        if (upper) s.send(upper, { type: 'HW_DIRTY' });
        else s.send(here.pte, { type: 'HW_DIRTY' });
        effect(s, pfn, upper?.id);
        fill(s, here, { d: true });
      },
    ),
    trap(here),
  );
}

/**
 * The TLB slot permits the access, and a walk would find something else: the entry is stale. It may be used, and it may have
 * been evicted at any time; both happen. (x86: a store through an entry without the dirty bit walks again, in one locked
 * access that looks at present and write and sets the PTE's dirty bit, so such an entry permits nothing by itself.)
 */
function tlbHit(
  here: Here,
  done: string,
  permits: (cached: Pte) => boolean,
  effect: (s: Act, by: Pte, via: string) => void,
): Alternative[] {
  const { tlb } = here;
  if (!tlb) return [];
  const hits = (s: Look): boolean => {
    const cached = s.read(tlb);
    if (cached === null || !permits(cached) || pteSame(cached, s.read(here.pte))) return false;
    return chosen(s) === 'hit';
  };
  return [when(hits, done, 'stale TLB entry', (s) => effect(s, s.read(tlb)!, tlb.id))];
}

/** A store meets a read-only entry of a PTE that has become writable since: x86 may trap without walking again. */
function spurious(here: Here): Alternative[] {
  const { tlb } = here;
  if (!tlb) return [];
  const stale = (s: Look): boolean => s.read(tlb)?.w === false && s.read(here.pte)?.w === true && chosen(s) === 'hit';
  return [when(stale, 'do_page_fault', 'stale TLB entry: #PF store', trapped(here))];
}

const chosen = (s: Look): 'hit' | 'evicted' => s.choose('tlb', ['hit', 'evicted']);

/** What the walk of the page tables finds. */
const found = (s: Look, here: Here): PteValue =>
  isInvalid(s, here) ? null : walk(s, here.scene, here.thread.vma, here.page);

/** Whether what the walk finds is that of the PTE, whatever the PMD: then a part of it can be asked for. */
const endsAtPte = ({ scene }: Here): boolean => !thpOn(scene);
const maps = (s: Look, here: Here): Pfn | null =>
  endsAtPte(here) ? s.read(here.pte, pfnIn) : (found(s, here)?.pfn ?? null);
const mapsWritable = (s: Look, here: Here): boolean =>
  endsAtPte(here) ? s.read(here.pte, isWritable) : found(s, here)?.w === true;

/** Between pmdp_invalidate() and set_pmd_at(). */
const isInvalid = (s: Look, here: Here): boolean =>
  gapsOn(here.scene) && thpOn(here.scene) && s.read(pteGap, gapAt) === pmdHere(here).id;

/** The PMD, where the walk ends there. */
const hugeUsed = (s: Look, here: Here) =>
  thpOn(here.scene) && s.read(pmdHere(here), isHuge) ? pmdHere(here) : undefined;

/** A walk leaves what it found in the TLB; `set` is what the access has made of it. */
function fill(s: Act, here: Here, set: Partial<Pte> = {}): void {
  const { tlb } = here;
  if (!tlb) return;
  const now: Pte = { ...found(s, here)!, ...set };
  if (!pteSame(s.read(tlb), now)) s.send(tlb, { type: 'FILL', pte: now });
}

const trap = (here: Here) => otherwise('do_page_fault', `#PF ${here.op.name} ${here.page}`, trapped(here));

/** A page fault drops the entries of the address from this CPU's TLB. */
const trapped =
  ({ tlb, op }: Here) =>
  (s: Act): void => {
    if (tlb && s.read(tlb) !== null) s.send(tlb, { type: 'FLUSH' });
    s.mark(mark({ type: 'trap', op: op.token }));
  };

/** What a load through a PTE to `pfn` gets. */
function contentOf(s: Look, pfn: Pfn): Content {
  if (pfn === ZERO) return s.read(zeroPage, contents);
  if (pfn === HZP) return s.read(hugeZeroPage, contents);
  if (isAnon(pfn)) return s.read(anon(pfn), contents);
  return isBlock(pfn) ? s.read(block(pfn), contents) : s.read(page(pfn), contents);
}

export function storeTo(s: Act, pfn: Pfn, op: string): void {
  const byte = { type: 'STORE', op } as const;
  if (pfn === ZERO) s.send(zeroPage, byte);
  else if (pfn === HZP) s.send(hugeZeroPage, byte);
  else if (isAnon(pfn)) s.send(anon(pfn), byte);
  else if (isBlock(pfn)) s.send(block(pfn), byte);
  else s.send(page(pfn), byte);
}
