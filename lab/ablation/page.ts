/** docs/ablation.md, made from the stored results and the reasons. */
import { siteText } from './kinds.ts';
import { reasonOf } from './reasons.ts';
import type { Results } from './results.ts';
import { isUser, type Outcome } from './try.ts';

export function pageOf(all: readonly Results[]): string {
  const parts = all.map(({ design, scenarios, sites }) => {
    const rows = sites.map(({ site, outcome }) => {
      const told = outcome.what === 'verdict' || outcome.what === 'broken';
      const reason = told ? undefined : reasonOf(design, site);
      return `| ${site.kind} | ${code(site.what)} | ${site.where} | ${outcomeText(outcome)}${reason ? ` ${reason}` : ''} |`;
    });
    return [
      `## ${design}`,
      '',
      `${sites.length} things left out, in up to ${scenarios} scenarios: ${countsText(sites.map((one) => one.outcome))}.`,
      '',
      '| kind | left out | where | what that changes |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

function countsText(outcomes: readonly Outcome[]): string {
  const count = (is: (o: Outcome) => boolean): number => outcomes.filter(is).length;
  const inside = count((o) => groupOf(o) === 'inside');
  const redundant = inside + count((o) => o.what === 'redundant');
  const [allowed, unknown] = [count((o) => groupOf(o) === 'allowed'), count((o) => o.what === 'unknown')];
  return [
    `${count((o) => o.what === 'verdict')} change a verdict`,
    `${count((o) => o.what === 'broken')} break the run`,
    `${redundant} are redundant, as equiv shows (${inside} of them only for what programs and the media come to see)`,
    ...(allowed > 0
      ? [`${allowed} ${allowed > 1 ? 'change' : 'changes'} what programs see within what is promised`]
      : []),
    ...(unknown > 0 ? [`${unknown} hit a limit`] : []),
  ].join(', ');
}

/** Of what changes no verdict and can be seen: only inside the kernel, or by programs, which were not promised it. */
const groupOf = (o: Outcome): 'inside' | 'allowed' | undefined =>
  o.what === 'seen' ? (isUser(o.same.observe) ? 'inside' : 'allowed') : undefined;

const INTRODUCTION = `# What is there for what: leaving out one thing at a time

What would a verdict be worth that no mistake could change? Here one thing at a time is left out of a design: a lock, a
re-check, a tag, an unmap, a write protection, a flush, a wake-up, a time update. Then

- some **property** is violated that was not (or a step is no longer possible, and the run **breaks**); or
- it is **redundant** there: the designs with and without it look the same in all scenarios ([equiv](how-to/are-they-the-same.md)) to who
  sees PTEs, pages, tags, times, the media, the file and results. The reason is given; or
- it is **redundant for what programs and the media see**: \`--observe user\` shows no difference, in any scenario. What of PTEs, pages and
  tags is the same besides is said, with the run that shows what is not: \`NAME@end\` is looked at when a run is over only.

\`npm run ablation -- v4.14 --show 'nrexceptional > 0 in inval' --scenario 'a=hole: load a; invalidate a || write a'\` prints such a
run, as \`equiv\` does; so does any other line of a table.

The sites are not listed by hand: they are what the design's own steps do. *faults* are all page faults, *write-back* is what
fsync, msync, freeze and punch do; a lock is left out of one path, or (*every path*) of all of them. A lock that is left out
is got at once, and is not released. Spinlocks are not among them: their sections are the steps.

Made by \`npm run ablation\`, in all default and coverage scenarios in which the design has no more than 6,000 states, for files in the
page cache in some more; what shows in none of them is looked for in scenarios of its own, where three meet. A test checks the page against the stored results, and a sample of them against the designs.
`;

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

function outcomeText(o: Outcome): string {
  switch (o.what) {
    case 'verdict': {
      if (o.now === 'not violated') return `\`${o.property}\` is no longer violated in ${code(o.scenario)}.`;
      const also = o.also ? ` (also ${o.also.map((id) => `\`${id}\``).join(', ')})` : '';
      return `**\`${o.property}\`**${also} in ${code(o.scenario)}, ${o.steps} steps: ${prose(o.damage ?? '')}.${o.site ? ' The whole design warns there, too, but never at this place.' : ''}`;
    }
    case 'broken':
      return `**breaks** in ${code(o.scenario)}: ${prose(o.error.split(' (in the step')[0]!)}.`;
    case 'redundant':
      return `redundant: the same in ${o.scenarios} scenarios, branching bisimilar in ${o.bisimilar}.`;
    case 'seen': {
      const where = `in ${code(o.scenario)} after ${o.steps} steps of the ${o.of === 'design' ? 'whole design' : 'design without it'} only: ${code(o.last)}`;
      const { observe, scenarios, bisimilar } = o.same;
      const same = `the same in ${scenarios} scenarios under ${code(`--observe ${observe.join(',')}`)}, branching bisimilar in ${bisimilar}`;
      return groupOf(o) === 'inside'
        ? `redundant for what programs and the media see: ${same}. Inside, it shows ${where}.`
        : `allowed: ${same}. Else it shows ${where}.`;
    }
    case 'unknown':
      return `unknown: a limit was hit in ${code(o.scenario)}.`;
  }
}

const prose = (text: string): string => text.replaceAll('|', '\\|').replace(/\.$/, '');

/** Outcomes that want a reason, and have none. */
export const unexplained = (all: readonly Results[]): string[] =>
  all.flatMap(({ design, sites }) =>
    sites
      .filter(({ outcome, site }) => !['verdict', 'broken'].includes(outcome.what) && !reasonOf(design, site))
      .map(({ site }) => `${design}: ${siteText(site)}`),
  );
