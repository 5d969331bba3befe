/** docs/ablation.md, made from the stored results and the reasons. */
import { siteText } from './kinds.ts';
import { reasonOf } from './reasons.ts';
import type { Results } from './results.ts';
import type { Outcome } from './try.ts';

export function pageOf(all: readonly Results[]): string {
  const parts = all.map(({ design, scenarios, sites }) => {
    const count = (what: Outcome['what']): number => sites.filter((s) => s.outcome.what === what).length;
    const rows = sites.map(({ site, outcome }) => {
      const told = outcome.what === 'verdict' || outcome.what === 'broken';
      const reason = told ? undefined : reasonOf(design, site);
      return `| ${site.kind} | ${code(site.what)} | ${site.where} | ${outcomeText(outcome)}${reason ? ` ${reason}` : ''} |`;
    });
    return [
      `## ${design}`,
      '',
      `${sites.length} things left out, in up to ${scenarios} scenarios: ${count('verdict')} change a verdict, ${count('broken')} break the run, ` +
        `${count('redundant')} change nothing that can be seen, ${count('seen')} change something that no property is about` +
        `${count('unknown') > 0 ? `, ${count('unknown')} hit a limit` : ''}.`,
      '',
      '| kind | left out | where | what that changes |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

const INTRODUCTION = `# What is there for what: leaving out one thing at a time

What would a verdict be worth that no mistake could change? Here one thing at a time is left out of a design: a lock, a
re-check, a tag, an unmap, a write protection, a flush, a wake-up, a time update. Either some property is violated then that
was not, or the designs with and without it show the same in all scenarios ([equiv](how-to/are-they-the-same.md)) and the
thing is redundant there, or something that can be seen changes though no property is about it. For the last two the reason
is given.

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
      return `**\`${o.property}\`**${also} in ${code(o.scenario)}, ${o.steps} steps: ${prose(o.damage ?? '')}.`;
    }
    case 'broken':
      return `**breaks** in ${code(o.scenario)}: ${prose(o.error.split(' (in the step')[0]!.replaceAll('a entry', 'an entry'))}.`;
    case 'redundant':
      return `redundant: the same in ${o.scenarios} scenarios, branching bisimilar in ${o.bisimilar}.`;
    case 'seen':
      return `no verdict. Seen in ${code(o.scenario)} after ${o.steps} steps of the ${
        o.of === 'design' ? 'whole design' : 'design without it'
      } only: ${code(o.last)}.${butText(o.but)}`;
    case 'unknown':
      return `unknown: a limit was hit in ${code(o.scenario)}.`;
  }
}

const butText = (but: Extract<Outcome, { what: 'seen' }>['but']): string =>
  but
    ? ` Nothing but ${but.observables.map(code).join(' and ')} differs: without ${but.observables.length > 1 ? 'them' : 'it'} the same in ${but.scenarios} scenarios, branching bisimilar in ${but.bisimilar}.`
    : '';

const prose = (text: string): string => text.replaceAll('|', '\\|').replace(/\.$/, '');

/** Outcomes that want a reason, and have none. */
export const unexplained = (all: readonly Results[]): string[] =>
  all.flatMap(({ design, sites }) =>
    sites
      .filter(({ outcome, site }) => !['verdict', 'broken'].includes(outcome.what) && !reasonOf(design, site))
      .map(({ site }) => `${design}: ${siteText(site)}`),
  );
