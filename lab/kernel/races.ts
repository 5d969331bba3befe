/**
 * Two sides at once on a file, from every state in which its pages may be, with delays that sweep over each other.
 */
import { HUGE_PAGES } from './races/huge-pages.ts';
import { ONE_PAGE } from './races/one-page.ts';
import { TWO_PAGES } from './races/two-pages.ts';

const FAMILIES = [...ONE_PAGE, ...TWO_PAGES, ...HUGE_PAGES];

/** How long either side waits, in turns of an empty loop, of which an operation takes some ten thousand. */
const DELAYS: readonly (readonly [number, number])[] = [
  [0, 0],
  [2_000, 0],
  [0, 2_000],
  [20_000, 0],
  [0, 20_000],
  [8_000, 0],
  [0, 8_000],
  [50_000, 0],
  [0, 50_000],
];

/** `st a 1 5 ; fsync` is `st+fsync`, `child ld a 1` is `child.ld`. */
const short = (side: string): string =>
  side
    .split(' ; ')
    .map((call) => /^(child )?\S+/.exec(call)![0].replace(' ', '.'))
    .join('+');

/** @param times runs of each pair from each state @param only how their names begin */
export function raceScript(times: number, only = ''): string {
  const scenarios = FAMILIES.flatMap(({ name, states, pairs, after = [] }) =>
    Object.entries(states).flatMap(([state, before]) =>
      pairs.flatMap(([one, other]) =>
        DELAYS.flatMap(([d, e], n) => {
          const runs = Math.ceil((times - n) / DELAYS.length);
          const race = `${name}${state}-${short(one)}-${short(other)}`;
          const isRun = runs > 0 && race.startsWith(only);
          return isRun ? [[`S ${race} *${runs}`, ...before, `par ~${d} ${one} | ~${e} ${other}`, ...after]] : [];
        }),
      ),
    ),
  );
  return `smaps 0\n${scenarios.flat().join('\n')}\n`;
}
