/**
 * ext4's cache of extents (es-cache=on). ext4_map_blocks() asks it first, and what it has of the first page is the answer,
 * though the extent or the hole be longer. fs/ext4/extents_status.c, extents.c, inode.c; 5.10 to 7.1
 *
 * Left out: that the shrinker may drop anything from it at any time (es_do_reclaim_extents()), and that an insertion may fail
 * for memory; delayed extents (a DAX file has none); a tree of extents that is deeper than the inode, of more than four.
 */
import type { Act, Alternative, Look } from '../explorer/chart.ts';
import { extent } from './entries/extent.ts';
import { extentStatus, isCached } from './entries/extent-status.ts';
import type { Here } from './here.ts';
import type { Scene } from './scene.ts';

/** Whether ext4's cache of extents is modelled: the config es-cache=on. */
export const esCacheOn = (scene: Scene): boolean => scene.config['es-cache'] === 'on';

/** Whether page `n` goes on what page `n - 1` is in: a hole, or an extent. Blocks follow each other only as the pages' own do. */
export function followsOn(s: Pick<Look, 'read'>, names: readonly string[], n: number): boolean {
  const at = (i: number) => s.read(extent(names[i]!));
  const isOwn = (i: number): boolean => at(i).block === `blk.${names[i]!}`;
  const { state } = at(n - 1);
  return at(n).state === state && (state === 'HOLE' || (isOwn(n) && isOwn(n - 1)));
}

/** The extents and holes of the file, in order. */
function runsOf(s: Pick<Look, 'read'>, names: readonly string[]): string[][] {
  const runs: string[][] = [];
  for (const [n, name] of names.entries()) {
    if (n > 0 && followsOn(s, names, n)) runs.at(-1)!.push(name);
    else runs.push([name]);
  }
  return runs;
}

interface Lookup {
  /** From the first on, so many are asked for. */
  readonly asked: readonly string[];
  /** EXT4_EX_NOCACHE */
  readonly nocache?: boolean;
}

/** Which pages the cache has once these have been looked up. */
export function cachedAfter(
  s: Pick<Look, 'read'>,
  here: Here,
  { asked, nocache = false }: Lookup,
): ReadonlySet<string> {
  const names = here.allPages;
  const cached = new Set(names.filter((p) => s.read(extentStatus(p), isCached)));
  const first = asked[0]!;
  if (cached.has(first)) return cached;
  const era = here.esCache!;
  const runs = runsOf(s, names);
  const isHole = (run: readonly string[]): boolean => s.read(extent(run[0]!)).state === 'HOLE';
  const hasExtent = (some: readonly string[][]): boolean => some.some((r) => !isHole(r));
  const put = (pages: readonly string[]): void => {
    for (const p of pages) cached.add(p);
  };
  // ext4_find_extent(), ext4_cache_extents(): the extents, and the holes between them.
  for (const [n, run] of nocache && era.queriesNocache ? [] : runs.entries()) {
    const told = !isHole(run) || (hasExtent(runs.slice(0, n)) && hasExtent(runs.slice(n + 1)));
    if (told && (era.overlapping || !run.some((p) => cached.has(p)))) put(run);
  }
  // ext4_ext_map_blocks(): of an extent what was asked for, of a hole all. With an extent behind it and none before it its
  // beginning is not looked for (ext4_ext_find_hole()).
  const at = runs.findIndex((r) => r.includes(first));
  const run = runs[at]!;
  const begins = isHole(run) && (at > 0 || runs.length === 1) ? 0 : run.indexOf(first);
  put(isHole(run) ? run.slice(begins) : run.slice(begins).filter((p) => asked.includes(p)));
  return cached;
}

/** ext4_es_insert_extent() */
export function insertExtents(s: Act, here: Here, pages: Iterable<string>): void {
  if (!here.esCache) return;
  for (const p of pages) if (!s.read(extentStatus(p), isCached)) s.send(extentStatus(p), { type: 'INSERT' });
}

/** ext4_es_remove_extent() */
export function removeExtents(s: Act, here: Here, pages: Iterable<string>): void {
  if (!here.esCache) return;
  for (const p of pages) if (s.read(extentStatus(p), isCached)) s.send(extentStatus(p), { type: 'REMOVE' });
}

/**
 * What is ext4_map_blocks(): it looks up first, and puts in what it allocates or converts (ext4_es_insert_extent(), and
 * ext4_zeroout_es() of the neighbours).
 */
export function mapsBlocks(
  here: Here,
  lookup: Lookup,
  ...alternatives: readonly Alternative[]
): readonly Alternative[] {
  if (!here.esCache) return alternatives;
  return alternatives.map((a) => ({
    ...a,
    effect: (s: Act): void => {
      insertExtents(s, here, cachedAfter(s, here, lookup));
      const before = here.allPages.map((p) => s.read(extent(p)).state);
      a.effect?.(s);
      insertExtents(
        s,
        here,
        here.allPages.filter((p, n) => s.read(extent(p)).state !== before[n]),
      );
    },
  }));
}
