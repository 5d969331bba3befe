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
  readonly pages: readonly string[];
}
/** An operation of a thread: `token` names its byte in a page's contents. */
export interface SceneOperation extends OperationCall {
  readonly token: string;
}
export interface SceneThread {
  readonly id: string;
  readonly mm: string;
  /** The VMA it accesses. */
  readonly vma: string;
  readonly operations: readonly SceneOperation[];
}
export interface Scene {
  readonly scenario: Scenario;
  readonly config: Config;
  readonly pages: readonly ScenePage[];
  /** Blocks that exist: the filesystem allocates the first free one, a page's own first. */
  readonly blocks: readonly string[];
  /** Pool of struct pages per index, for eras that keep hole pages in the page cache. */
  readonly pagePool: number;
  readonly vmas: readonly SceneVma[];
  readonly mms: readonly string[];
  readonly threads: readonly SceneThread[];
}

/** Operations that use the thread's mapping; a process without one maps nothing. */
const USES_MAPPING = new Set(['load', 'store', 'munmap', 'msync', 'mprotect', 'dontneed', 'pin', 'fork']);
const FREES_BLOCKS = new Set(['truncate', 'punch']);

export function sceneOf(scenario: Scenario, config: Config): Scene {
  const pages = scenario.pages.map((p, index) => ({ ...p, index }));
  const names = pages.map((p) => p.name);
  const vmas = new Map<string, SceneVma>();
  const threads = scenario.processes.map((p, n) => {
    const vma = vmaOf(p, names);
    if (p.operations.some((o) => USES_MAPPING.has(o.name))) vmas.set(vma.id, vma);
    const id = `T${n}`;
    return { id, mm: p.mm, vma: vma.id, operations: withTokens(id, p.operations) };
  });
  const calls = scenario.processes.flatMap((p) => p.operations);
  return {
    scenario,
    config,
    pages,
    blocks: blocksFor(names, config, calls),
    // A storer can hold two: wp_page_shared()'s reference and the one from find_get_page().
    pagePool: 2 * scenario.processes.length,
    vmas: [...vmas.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    mms: [...new Set(threads.map((t) => t.mm))].sort(),
    threads,
  };
}

/** Each distinct (mm, private or shared, ro, maps) is one VMA with PTEs of its own. */
function vmaOf(p: ScenarioProcess, pages: readonly string[]): SceneVma {
  const tags = [p.private && 'private', p.ro && 'ro', p.maps && `maps=${p.maps.join('')}`].filter(Boolean);
  return {
    id: [p.mm, ...tags].join(':'),
    mm: p.mm,
    shared: !p.private,
    writable: !p.ro,
    pages: p.maps ?? pages,
  };
}

/** Ids of the anonymous pages that a private VMA can have at a page: one mapped, one under way per thread. */
export const anonPool = (scene: Scene, vma: SceneVma, page: string): string[] => {
  const threads = scene.threads.filter((t) => t.vma === vma.id).length;
  return Array.from({ length: threads + 1 }, (_, n) => `anon.${vma.id}.${page}.${n}`);
};

/** A token is the how-manieth of its kind in the thread, so that `load a; store a` and `store a` write the same byte. */
function withTokens(thread: string, calls: readonly OperationCall[]): SceneOperation[] {
  const count = new Map<string, number>();
  return calls.map((call) => {
    const n = count.get(call.name) ?? 0;
    count.set(call.name, n + 1);
    return { ...call, token: `${thread}.${call.name}${n}` };
  });
}

/** `blk.a` for each page; where a freed block is not reused, one more per operation that frees. */
function blocksFor(pages: readonly string[], config: Config, calls: readonly OperationCall[]): string[] {
  const own = pages.map((p) => `blk.${p}`);
  if (config['block-reuse'] === 'same') return own;
  const frees = calls.filter((c) => FREES_BLOCKS.has(c.name)).length;
  return [...own, ...pages.flatMap((p) => Array.from({ length: frees }, (_, i) => `blk.${p}${i + 2}`))];
}
