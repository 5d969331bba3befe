/** design + scene → the closed system's components and processes. */
import type { StateConfig } from '../explorer/chart.ts';
import type { EventLike, Ref } from '../explorer/component.ts';
import { type CoveragePoint, checkComponent, loadProcess } from '../explorer/load.ts';
import type { ComponentInstance, ProcessInstance } from '../explorer/system.ts';
import type { Design } from './design.ts';
import { anon } from './entries/anon.ts';
import { block } from './entries/block.ts';
import { FOREIGN } from './entries/content.ts';
import { entry } from './entries/entry.ts';
import { errors } from './entries/errors.ts';
import { type ExtentEvent, extent } from './entries/extent.ts';
import { extentStatus } from './entries/extent-status.ts';
import { fileDirty } from './entries/file-dirty.ts';
import { freezeProtection, writeProtection } from './entries/freeze.ts';
import { heldPtl } from './entries/held-ptl.ts';
import { inode } from './entries/inode.ts';
import { type JournalEvent, journal } from './entries/journal.ts';
import { type MmEvent, mm } from './entries/mm.ts';
import { page } from './entries/page.ts';
import { pageLock } from './entries/page-lock.ts';
import { pageTable } from './entries/page-table.ts';
import { pins } from './entries/pins.ts';
import { pmd } from './entries/pmd.ts';
import { pte } from './entries/pte.ts';
import { pteGap } from './entries/pte-gap.ts';
import { faultLock, iMmapRwsem, inodeLock, mmapLock, sUmount, vmaLock } from './entries/rwsem.ts';
import { flushBatched, flushPending, tlbSlot } from './entries/tlb.ts';
import { vma } from './entries/vma.ts';
import { waitQueue } from './entries/wait-queue.ts';
import { wbErr } from './entries/wb-err.ts';
import { hugeZeroPage, zeroCounts, zeroPage } from './entries/zero-page.ts';
import { esCacheOn } from './es-cache.ts';
import { freezesWriters, startsWrite } from './freeze.ts';
import { Here } from './here.ts';
import { journalOn } from './journal.ts';
import { countsZero } from './normal-page.ts';
import type { Operation } from './operation.ts';
import type { Returns } from './parts.ts';
import { underWrite } from './paths/freeze.ts';
import { tellsOfBatch } from './paths/tlb.ts';
import { lockedVmas } from './per-vma-lock.ts';
import { refsOn } from './pins.ts';
import { gapsOn, withPteGaps } from './pte-gaps.ts';
import { withCheckedReturns } from './return-tables.ts';
import { anonPool, followsCommits, type Scene, type ScenePage, type SceneThread } from './scene.ts';
import { SECTIONS } from './sections.ts';
import { thpOn } from './thp.ts';
import { birth, doExit, followsUsers, leavesSomething } from './threads.ts';
import { tlbOn, tlbSlots } from './tlb-slots.ts';

export interface BuiltModel {
  readonly components: readonly ComponentInstance[];
  readonly processes: readonly ProcessInstance[];
  readonly points: readonly CoveragePoint[];
}

/**
 * A design in a scenario as components and processes.
 * @throws FaultlineError what the loader refuses of a chart or a component
 */
export function build(design: Design, scene: Scene, operations: ReadonlyMap<string, Operation>): BuiltModel {
  const components = componentsOf(design, scene);
  for (const kind of new Set(components.map((c) => c.kind))) checkComponent(kind);
  const checked = withCheckedReturns(design);
  const rewritten = design.rewrite ?? ((chart: StateConfig) => chart);
  const loaded = scene.threads.map((t) => {
    const chart = rewritten(threadChart(checked, scene, t, operations));
    return loadProcess(t.id, gapsOn(scene) ? withPteGaps(chart, t.id) : chart, SECTIONS);
  });
  return {
    components,
    processes: loaded.map(({ machine }, i) => ({ id: scene.threads[i]!.id, machine })),
    points: loaded.flatMap((l) => l.points),
  };
}

function componentsOf(design: Design, scene: Scene): ComponentInstance[] {
  const one = <V, E extends EventLike>(ref: Ref<V, E>, ...init: E[]): ComponentInstance => ({
    id: ref.id,
    kind: ref.kind,
    init,
  });
  const holePages = design.parts.hole_pages ? scene.pages.flatMap((p) => pagePool(scene, p.name)) : [];
  return [
    ...scene.vmas.flatMap((v) => v.pages.map((p) => one(pte(v.id, p)))),
    ...(gapsOn(scene) ? [one(pteGap)] : []),
    ...(thpOn(scene) ? scene.vmas.map((v) => one(pmd(v.id))) : []),
    ...scene.pages.map((p) => one(entry(p.name))),
    one(waitQueue),
    ...holePages.flatMap((p) => [one(page(p)), one(pageLock(p))]),
    ...(design.parts.page_cache
      ? [one(fileDirty), ...scene.vmas.flatMap((v) => v.pages.map((p) => one(heldPtl(v.id, p))))]
      : []),
    ...scene.pages.map((p) => one(extent(p.name), ...extentAtFirst(p), ...(followsCommits(scene) ? [TRACK] : []))),
    // The inode has just been read: nothing was looked up yet.
    ...(esCacheOn(scene) ? scene.pages.map((p) => one(extentStatus(p.name))) : []),
    ...scene.blocks.map((b) => {
      const owner = scene.pages.find((p) => p.initial !== 'hole' && `blk.${p.name}` === b);
      const stale = { type: 'COPY', op: FOREIGN } as const;
      // What a block that was never this file's holds (and an unwritten one underneath): somebody's old data.
      if (!owner) return one(block(b), stale, { type: 'FLUSH' });
      if (owner.initial === 'unwritten')
        return one(block(b), { type: 'OWN', page: owner.name }, stale, { type: 'FLUSH' });
      return one(block(b), { type: 'OWN', page: owner.name });
    }),
    ...(design.facts.mapsZeroPage ? [one(zeroPage)] : []),
    ...(design.facts.mapsZeroPage && countsZero(scene) ? [one(zeroCounts)] : []),
    ...(thpOn(scene) ? [one(hugeZeroPage)] : []),
    ...(refsOn(design.parts, scene) ? scene.blocks.map((b) => one(pins(b))) : []),
    ...scene.vmas
      .filter((v) => !v.shared)
      .flatMap((v) => v.pages.flatMap((p) => anonPool(scene, v, p).map((id) => one(anon(id))))),
    ...tlbSlots(scene).map((t) => one(tlbSlot(t.thread, t.page))),
    ...(tlbOn(scene) && design.parts.tlb_flush_nested !== 'no' ? scene.mms.map((mm) => one(flushPending(mm))) : []),
    ...(tellsOfBatch(design.parts, scene) ? scene.mms.map((mm) => one(flushBatched(mm))) : []),
    one(inode, { type: 'I_SIZE_WRITE', size: scene.pages.length }),
    ...scene.vmas.map((v) =>
      v.copyOf === undefined && v.movedFrom === undefined
        ? one(vma(v.id), { type: 'MMAP', pages: v.pages, writable: v.writable })
        : one(vma(v.id)),
    ),
    one(freezeProtection),
    ...(freezesWriters(scene) ? [one(writeProtection)] : []),
    one(faultLock),
    one(inodeLock),
    one(iMmapRwsem),
    one(sUmount),
    ...(journalOn(scene) ? [one(journal, ...(followsCommits(scene) ? [TRACK] : []))] : []),
    ...scene.mms.map((id) => one(mmapLock(id))),
    ...lockedVmas(design.parts, scene).map((v) => one(vmaLock(v.id))),
    ...(scene.config.errors === 'on' ? [one(errors), one(wbErr), ...scene.vmas.map((v) => one(pageTable(v.id)))] : []),
    ...scene.mms.filter((id) => followsUsers(scene, id)).map((id) => one(mm(id), ...firstUsers(scene, id))),
  ];
}

const TRACK: ExtentEvent & JournalEvent = { type: 'TRACK' };

const extentAtFirst = ({ name, initial }: ScenePage): ExtentEvent[] =>
  initial === 'hole'
    ? []
    : [{ type: 'MAP', block: `blk.${name}`, state: initial === 'block' ? 'WRITTEN' : 'UNWRITTEN' }];

/** Who uses an address space at first; that of a forked thread is unborn. */
function firstUsers(scene: Scene, id: string): MmEvent[] {
  const who = scene.threads.filter((t) => t.mm === id && t.parent === undefined).map((t) => t.id);
  return who.length > 0 ? [{ type: 'USE', who }] : [];
}

/** Ids of the struct pages that index `name` can have. */
export const pagePool = (scene: Scene, name: string): string[] =>
  Array.from({ length: scene.pagePool }, (_, n) => `page.${name}.${n}`);

/** The thread's operations one after the other; `end` is reached by the last one and by a fatal signal. */
function threadChart(
  design: Design,
  scene: Scene,
  thread: SceneThread,
  operations: ReadonlyMap<string, Operation>,
): StateConfig {
  const key = (n: number): string => (n < thread.operations.length ? `op${n}_${thread.operations[n]!.name}` : 'end');
  const at = (n: number): string => `#${thread.id}/${key(n)}`;
  const end = `#${thread.id}/end`;
  const gone = leavesSomething(scene, thread) ? { do_exit: doExit(scene, thread, end) } : {};
  const END = 'do_exit' in gone ? `#${thread.id}/do_exit` : end;
  const states: [string, StateConfig][] = thread.operations.map((op, n) => {
    const { dax_entry_waitqueue: waitqueue, es_cache } = design.parts;
    const esCache = esCacheOn(scene) ? es_cache : null;
    const from = op.vma === undefined ? thread : { ...thread, vma: op.vma };
    const here = new Here(`${thread.id}/${key(n)}`, scene, from, op, waitqueue, false, esCache);
    const { part } = operations.get(op.name)!;
    const ret = { NEXT: at(n + 1), END };
    const call = (place: Here, to: Returns<'NEXT'>) => part(design.parts, place, { ...ret, ...to });
    return [key(n), startsWrite(scene, op.name) ? underWrite(here, ret, call) : call(here, ret)];
  });
  const born = thread.parent === undefined ? {} : { ret_from_fork: birth(thread, at(0), end) };
  return {
    id: thread.id,
    initial: thread.parent === undefined ? key(0) : 'ret_from_fork',
    context: {},
    states: { ...born, ...Object.fromEntries(states), ...gone, end: { id: `${thread.id}/end`, type: 'final' } },
  } as StateConfig;
}
