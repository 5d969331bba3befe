/** Renamings of a scene's threads, address spaces and pages under which its text says the same. */
import type { Renaming } from '../explorer/system.ts';
import type { Scene, SceneThread } from './scene.ts';

/** Of more names than that, only swaps of two are tried: there are too many other ways to permute them. */
const PERMUTED = 4;
/** No more ways than that to permute pages and address spaces are tried. */
const TRIED = 1_000;

/**
 * Those that swap two threads with equal programs, then one for each way to permute address spaces and pages: what they
 * make together is all that the text allows. Candidates: the kernel may walk pages or VMAs in order.
 */
export function renamingsOf(scene: Scene): Renaming[] {
  const roots = scene.threads.filter((t) => t.parent === undefined);
  const told = roots.map((t) => program(t, {}));
  const swaps = roots.flatMap((t, i): Renaming[] => {
    const next = told.indexOf(told[i]!, i + 1);
    if (next < 0) return [];
    const other = roots[next]!;
    return [{ ...threadNames(scene, t, other), ...threadNames(scene, other, t) }];
  });
  const initial = new Map(scene.pages.map((p) => [p.name, p.initial]));
  const pages = permutations(scene.pages.map((p) => p.name)).filter((r) =>
    Object.entries(r).every(([a, b]) => initial.get(a) === initial.get(b)),
  );
  const mms = permutations([...new Set(roots.map((t) => t.mm))]);
  const others = pages.flatMap((p) => mms.map((m): Renaming => ({ ...p, ...m })));
  const whole = others.slice(1, TRIED).map((r) => withThreads(scene, roots, told, r));
  return [...swaps, ...whole.filter((r) => r !== undefined)];
}

/** The thread as its scenario text tells it, renamed; two threads with one text do the same. */
function program({ mm, vma, operations }: SceneThread, renaming: Renaming): string {
  const name = (s: string): string => s.replace(/[A-Za-z0-9_]+/g, (w) => renaming[w] ?? w);
  // The letters of `maps=bc` are in the order of the pages.
  const [, ...tags] = vma.split(':');
  const maps = tags.map((t) => (t.startsWith('maps=') ? [...t.slice(5)].map(name).sort().join('') : t));
  return JSON.stringify([
    name(mm),
    maps,
    operations.map((o) => [o.name, o.page && name(o.page), o.pages?.map(name), o.word]),
  ]);
}

/** The renaming with threads that go to threads with the renamed programs; undefined: there are none. */
function withThreads(
  scene: Scene,
  roots: readonly SceneThread[],
  told: readonly string[],
  renaming: Renaming,
): Renaming | undefined {
  const free = [...told];
  const all: Record<string, string> = { ...renaming };
  for (const t of roots) {
    const to = free.indexOf(program(t, renaming));
    if (to < 0) return undefined;
    free[to] = '';
    Object.assign(all, threadNames(scene, t, roots[to]!));
  }
  return all;
}

/** Names of a thread, its children and their address spaces, to those of another with the same program. */
function threadNames(scene: Scene, from: SceneThread, to: SceneThread): Record<string, string> {
  const children = (t: SceneThread) => scene.threads.filter((c) => c.parent === t.id);
  const [of, others] = [children(from), children(to)];
  const own = { [from.id]: to.id, ...(from.parent !== undefined && { [from.mm]: to.mm }) };
  const theirs = of.map((c, i) => threadNames(scene, c, others[i]!));
  return Object.fromEntries([own, ...theirs].flatMap(Object.entries));
}

/** Ways to permute the names; the first one leaves them as they are. */
function permutations(names: readonly string[]): Record<string, string>[] {
  if (names.length > PERMUTED) {
    const swaps = names.flatMap((a, i) => names.slice(i + 1).map((b) => ({ [a]: b, [b]: a })));
    return [{}, ...swaps];
  }
  const orders = (rest: readonly string[]): string[][] =>
    rest.length === 0 ? [[]] : rest.flatMap((n) => orders(rest.filter((m) => m !== n)).map((o) => [n, ...o]));
  return orders(names).map((o) => Object.fromEntries(names.map((n, i) => [n, o[i]!])));
}
