/**
 * One write(2) of several pages: dax_iomap_rw() asks ->iomap_begin() for what is left of the range, invalidates the whole extent that
 * it is told of where that is new, copies into it, and goes on behind it. The bytes of a page are copied in one step, and those of
 * the next in another. fs/dax.c dax_iomap_actor(), later dax_iomap_iter(); fs/iomap/apply.c, later iter.c; 4.12 to 7.1
 */
import { chart, dispatch, otherwise, type StateConfig, step, type Target, when } from '../../explorer/chart.ts';
import type { Here } from '../here.ts';
import type { IomapParts, MmParts } from '../parts.ts';
import { mapping } from '../registers.ts';
import { SLEEP } from '../sections.ts';
import type { KernelFunction } from '../sources.ts';
import { copyAroundCache, copying } from './dax_copy.ts';
import { pageLevel } from './each_page.ts';
import { ownBlock } from './ext4_iomap_begin_range.ts';

interface PagesWrite {
  /** Whom ->iomap_begin() is told of. */
  readonly begin: KernelFunction;
  /** Who invalidates and copies. */
  readonly actor: KernelFunction;
  /** ->iomap_end() of an extent, where it does something. @param at at the last page that was copied */
  end?(at: Here, to: Target): StateConfig;
  /** Where it ends. */
  readonly out: string;
}

/** The state that it begins with. */
export const firstBegin = (here: Here): string => pageLevel(here.page);

export function writePages(
  d: MmParts,
  here: Here,
  { begin, actor, end, out }: PagesWrite,
): Record<string, StateConfig> {
  const { pages } = here;
  const dax = d as IomapParts;
  const extentFrom = (p: string, i: number): StateConfig => {
    const at = here.of(p).at(pageLevel(p));
    const rest = pages.slice(i);
    const next = pages[i + 1];
    const behind = here.to(next === undefined ? out : pageLevel(next));
    const done = end ? at.to('iomap_end') : behind;
    const copies = (line: string): StateConfig =>
      step(
        SLEEP,
        actor.fn,
        actor.src,
        ...(next === undefined
          ? []
          : [
              when(
                (s) => s.get(mapping)!.last !== p,
                here.at(pageLevel(next)).to('copy_on'),
                line,
                (s) => {
                  const { last } = s.get(mapping)!;
                  copyAroundCache(s, at);
                  s.set(mapping, { type: 'MAPPED', block: ownBlock(next), fresh: false, last: last! });
                },
              ),
            ]),
        otherwise(done, line, (s) => {
          copyAroundCache(s, at);
          s.set(mapping, null);
        }),
      );
    return chart(at, {
      iomap_begin: dax.iomap_begin_pages(
        dax,
        at.at('iomap_begin'),
        { MAPPED: at.to('iomap_f_new') },
        { ...begin, pages: rest },
      ),
      iomap_f_new: dispatch(
        actor.fn,
        actor.src,
        ...rest.map((q) => when((s) => s.get(mapping)!.fresh && s.get(mapping)!.last === q, pageLevel(q), '')),
        otherwise('copy', ''),
      ),
      ...Object.fromEntries(
        rest.map((q, n) => {
          const upTo = at.at(pageLevel(q));
          const name = 'invalidate_inode_pages2_range';
          const range = { pages: rest.slice(0, n + 1) };
          const whole = d.invalidate_inode_pages2_range(d, upTo.at(name), { RETURN: at.to('copy') }, range);
          return [pageLevel(q), chart(upTo, { [name]: whole })];
        }),
      ),
      ...copying(d, at, 'copy', copies(`dax_copy_from_iter(), around the cache: page ${p}`)),
      // One call copies all of the extent.
      ...(i > 0 && copying(d, at, 'copy_on', copies(`goes on with page ${p}`))),
      ...(end && { iomap_end: end(at, behind) }),
    });
  };
  return Object.fromEntries(pages.map((p, i) => [pageLevel(p), extentFrom(p, i)]));
}
