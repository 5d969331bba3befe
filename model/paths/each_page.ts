/** Walking over the pages that are in a range of the tree: find_get_entries() or find_get_pages(). mm/truncate.c */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  when,
} from '../../explorer/chart.ts';
import { entry, isPage } from '../entries/entry.ts';
import type { Here } from '../here.ts';
import { foundAny, pageIndex } from '../registers.ts';
import { LOCAL } from '../sections.ts';
import { V40 } from '../sources.ts';

/** A level of the chart that is no function, but tells one page from another: stacks are shown without it (report/calls.ts). */
export const pageLevel = (page: string): string => `@${page}`;

/** What is done with a page: states that end at `to`. The first is where it begins. */
export type PageBody = (at: Here, name: string, to: string) => Record<string, StateConfig>;

export interface PageWalk {
  readonly fn: string;
  readonly src: Source;
  /** What a page's chart is called: with the page's name behind. */
  readonly perPage: string;
  /** What is found, in words. */
  readonly what: string;
  /** Whether passes follow until one finds nothing. */
  readonly again: boolean;
  readonly done: string;
  /** Takes the reference to a page that was found. */
  readonly hold: (s: Act, name: string) => void;
}

/** One state per page, as what is done with it unmaps that page. */
export function eachPage(
  here: Here,
  pages: readonly string[],
  { fn, src, perPage, what, again, done, hold }: PageWalk,
  body: PageBody,
): StateConfig {
  const found = (s: Look): string | undefined => pages.slice(s.get(pageIndex)).find((p) => s.read(entry(p), isPage));
  const place = (p: string): Here => here.at(`${perPage}_${p}`);
  return chart(here, {
    find_get_entries: step(
      LOCAL,
      'find_get_entries',
      V40.filemap,
      ...(again
        ? [
            when(
              (s) => found(s) === undefined && s.get(foundAny),
              'find_get_entries',
              'end of the pass: look again',
              (s) => {
                s.set(pageIndex, 0);
                s.set(foundAny, false);
              },
            ),
          ]
        : []),
      ...pages.map((p) =>
        when(
          (s) => found(s) === p,
          `${perPage}_${p}`,
          `${what} of ${p}: get_page()`,
          (s) => {
            s.set(pageIndex, pages.indexOf(p));
            if (again) s.set(foundAny, true);
            hold(s, p);
          },
        ),
      ),
      otherwise(done, 'nothing in the tree', (s) => s.set(pageIndex, 0)),
    ),
    ...Object.fromEntries(
      pages.map((p) => [`${perPage}_${p}`, chart(place(p), body(place(p), p, here.to('advance')))]),
    ),
    advance: dispatch(
      fn,
      src,
      otherwise('find_get_entries', '', (s) => s.set(pageIndex, s.get(pageIndex) + 1)),
    ),
  });
}
