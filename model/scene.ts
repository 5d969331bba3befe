/** The cast of one closed system: pages, blocks, VMAs and threads of a scenario under a config. */
import type { Config } from './config.ts';
import type { InitialPage, OperationCall, Scenario, ScenarioProcess } from './scenario.ts';

export interface ScenePage {
  readonly name: string;
  /** Position in the file, in pages. */
  readonly index: number;
  readonly initial: InitialPage;
}
/** One mapping of the file: a set of PTEs of its own. */
export interface SceneVma {
  readonly id: string;
  readonly mm: string;
  readonly shared: boolean;
  /** VM_WRITE */
  readonly writable: boolean;
  /** VM_SYNC */
  readonly sync?: true;
  /** Its addresses and the file's offsets are not congruent modulo 2 MiB: no PMD can map it. */
  readonly unaligned?: true;
  readonly pages: readonly string[];
  /** Of a forked child: the VMA that it is a copy of. It maps nothing before the fork. */
  readonly copyOf?: string;
  /** Where mremap moves a VMA to: the VMA that it was. It maps nothing before. */
  readonly movedFrom?: string;
}
/** An operation of a thread: `token` names its byte in a page's contents. */
export interface SceneOperation extends OperationCall {
  readonly token: string;
  /** Of `fork`: the thread that begins with it. */
  readonly child?: string;
  /** After the thread's `mremap`: the VMA that it accesses from then on. */
  readonly vma?: string;
}
export interface SceneThread {
  readonly id: string;
  readonly mm: string;
  /** The VMA it accesses. */
  readonly vma: string;
  readonly operations: readonly SceneOperation[];
  /** The thread that forks it. */
  readonly parent?: string;
}
export interface Scene {
  readonly scenario: Scenario;
  readonly config: Config;
  readonly pages: readonly ScenePage[];
  /** Blocks that exist: the filesystem allocates the first free one, a page's own first. */
  readonly blocks: readonly string[];
  /** Pool of struct pages per index, for eras that keep hole pages in the page cache. */
  readonly pagePool: number;
  /** In the order in which walks over the file's VMAs meet them. */
  readonly vmas: readonly SceneVma[];
  readonly mms: readonly string[];
  /** Those of the scenario text, then the forked ones. */
  readonly threads: readonly SceneThread[];
  /** Whether something forks. */
  readonly forks: boolean;
}

/** Operations that use the thread's mapping; a process without one maps nothing. */
const USES_MAPPING = new Set([
  'load',
  'store',
  'munmap',
  'msync',
  'mprotect',
  'mremap',
  'dontneed',
  'pin',
  'fork',
  'populate',
  'poke',
]);
/** Also a write(2) of bytes that lie in the mapping. */
const usesMapping = (operation: string, config: Config): boolean =>
  USES_MAPPING.has(operation) || (operation === 'write' && config['user-buffer'] === 'file');
const FREES_BLOCKS = new Set(['truncate', 'punch', 'zero']);

/** What a scenario comes to under a config: threads with their mappings, address spaces, pages. */
export function sceneOf(scenario: Scenario, config: Config): Scene {
  const pages = scenario.pages.map((p, index) => ({ ...p, index }));
  const names = pages.map((p) => p.name);
  const vmas = new Map<string, SceneVma>();
  const roots = scenario.processes.map((p, n) => {
    const vma = vmaOf(p, names);
    if (p.operations.some((o) => usesMapping(o.name, config))) vmas.set(vma.id, vma);
    return threadOf({ id: `T${n}`, mm: p.mm, vma: vma.id }, p.operations);
  });
  const threads = [...roots, ...roots.flatMap(descendants)];
  const mapped = [...vmas.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const mms = [...new Set(roots.map((t) => t.mm))].sort();
  return {
    scenario,
    config,
    pages,
    blocks: blocksFor(
      names,
      config,
      threads.flatMap((t) => t.operations),
    ),
    // A storer can hold two: wp_page_shared()'s reference and the one from find_get_page().
    // With TLBs, a page that was unmapped is kept until the flush.
    pagePool: (config.tlb === 'on' ? 3 : 2) * threads.length,
    vmas: mapped.flatMap((v) => [...withCopies(v, threads), ...movedTo(v, threads)]),
    mms: [...mms, ...threads.filter((t) => t.parent).map((t) => t.mm)],
    threads,
    forks: threads.some((t) => t.parent),
  };
}

function threadOf(facts: Omit<SceneThread, 'operations'>, calls: readonly OperationCall[]): SceneThread {
  let children = 0;
  const moves = calls.findIndex((o) => o.name === 'mremap');
  const operations = withTokens(facts.id, calls).map((o, i) => ({
    ...o,
    ...(o.name === 'fork' && { child: `${facts.id}c${++children}` }),
    ...(moves >= 0 && i > moves && { vma: movedId(facts.vma) }),
  }));
  return { ...facts, operations };
}

/** The threads that a thread forks, each with an address space of its own, and theirs. */
const descendants = (parent: SceneThread): SceneThread[] =>
  parent.operations.flatMap((o, i) => {
    if (o.child === undefined) return [];
    const mm = mmOf(o.child);
    const facts = { id: o.child, mm, vma: inMm(parent.vma, mm), parent: parent.id };
    const rest = parent.operations.slice(i + 1).map(({ token: _token, child: _child, vma: _vma, ...call }) => call);
    const child = threadOf(facts, rest);
    return [child, ...descendants(child)];
  });

/** The address space of a forked thread. */
const mmOf = (thread: string): string => `mm${thread}`;
const inMm = (vma: string, mm: string): string => [mm, ...vma.split(':').slice(1)].join(':');

/** What fork makes of a VMA, in that order in the tree: vma_interval_tree_insert_after() puts a copy directly after it. */
function withCopies(v: SceneVma, threads: readonly SceneThread[]): SceneVma[] {
  const forked = threads.filter((t) => t.mm === v.mm).flatMap((t) => t.operations.flatMap((o) => o.child ?? []));
  const copies = forked.map((child) => ({ ...v, id: copyIn(v, child), mm: mmOf(child), copyOf: v.id }));
  return [v, ...copies.reverse().flatMap((copy) => withCopies(copy, threads))];
}

/** What mremap makes of a VMA: a walk over the file's VMAs comes to it after the old one. */
const movedTo = (v: SceneVma, threads: readonly SceneThread[]): SceneVma[] =>
  threads.some((t) => t.vma === v.id && t.operations.some((o) => o.name === 'mremap'))
    ? [{ ...v, id: movedId(v.id), movedFrom: v.id }]
    : [];
const movedId = (vma: string): string => `${vma}:moved`;

/** Id of a VMA's copy in the address space of a forked thread. */
const copyIn = (v: SceneVma, child: string): string => inMm(v.id, mmOf(child));

/** Whether somebody removes pages or entries from the tree under no lock of the file. */
export const dropsUnlocked = (scene: Scene): boolean =>
  scene.threads.some((t) => t.operations.some((o) => o.name === 'dropcaches' || o.name === 'invalidate'));

/** Whether something is mapped with MAP_SYNC: its faults ask what of the block mapping is committed. */
export const syncOn = (scene: Pick<Scene, 'vmas'>): boolean => scene.vmas.some((v) => v.sync === true);

/** Whether it is followed what of the block mapping is committed: MAP_SYNC asks for it, and with journal=on msync, which is an fdatasync(2). */
export const followsCommits = (scene: Scene): boolean =>
  syncOn(scene) ||
  (scene.config.journal === 'on' && scene.threads.some((t) => t.operations.some((o) => o.name === 'msync')));

/** Each distinct (mm, private or shared, ro, sync, unaligned, maps) is one VMA with PTEs of its own. */
function vmaOf(p: ScenarioProcess, pages: readonly string[]): SceneVma {
  const { sync, unaligned } = p;
  const tags = [
    p.private && 'private',
    p.ro && 'ro',
    sync && 'sync',
    unaligned && 'unaligned',
    p.maps && `maps=${p.maps.join('')}`,
  ].filter(Boolean);
  return {
    id: [p.mm, ...tags].join(':'),
    mm: p.mm,
    shared: !p.private,
    writable: !p.ro,
    ...(sync && { sync }),
    ...(unaligned && { unaligned }),
    pages: p.maps ?? pages,
  };
}

/**
 * Ids of the anonymous pages that a private VMA can have at a page: one mapped, one under way per thread. After fork its
 * pages can also be mapped, and be held while they are copied, by the descendants.
 */
export const anonPool = (scene: Scene, vma: SceneVma, page: string): string[] => {
  const threads = (v: SceneVma): number => scene.threads.filter((t) => t.vma === v.id).length;
  const family = (v: SceneVma): SceneVma[] => [v, ...scene.vmas.filter((c) => c.copyOf === v.id).flatMap(family)];
  const size = scene.forks ? family(vma).reduce((n, v) => n + 1 + 2 * threads(v), 0) : threads(vma) + 1;
  // With TLBs, a page that was unmapped is kept until the flush.
  const unflushed = scene.config.tlb === 'on' ? scene.threads.length : 0;
  return Array.from({ length: size + unflushed }, (_, n) => `anon.${vma.id}.${page}.${n}`);
};

/** A token is the how-manieth of its kind in the thread, so that `load a; store a` and `store a` write the same byte. */
function withTokens(thread: string, calls: readonly OperationCall[]): (OperationCall & { token: string })[] {
  const count = new Map<string, number>();
  return calls.map((call) => {
    const n = count.get(call.name) ?? 0;
    count.set(call.name, n + 1);
    return { ...call, token: `${thread}.${call.name}${n}` };
  });
}

/** `blk.a` for each page; where a freed block is not reused, one more per operation that frees, and for the one write(2) that may fail behind i_size. */
function blocksFor(pages: readonly string[], config: Config, calls: readonly OperationCall[]): string[] {
  const own = pages.map((p) => `blk.${p}`);
  if (config['block-reuse'] === 'same') return own;
  const has = (name: string): boolean => calls.some((c) => c.name === name);
  const failedWrite = config.errors === 'on' && has('write') && has('truncate') ? 1 : 0;
  const frees = calls.filter((c) => FREES_BLOCKS.has(c.name)).length + failedWrite;
  return [...own, ...pages.flatMap((p) => Array.from({ length: frees }, (_, i) => `blk.${p}${i + 2}`))];
}
