/** Leaves out one thing at a time of the designs named, stores what that changes, and writes docs/ablation.md. */
import { writeFileSync } from 'node:fs';
import { argv, stderr } from 'node:process';
import { pathToFileURL } from 'node:url';
import { loadDesign } from '../../verify/registry.ts';
import { sitesOf } from './ablate.ts';
import { siteText } from './kinds.ts';
import { pageOf, unexplained } from './page.ts';
import { storedResults, storeResults } from './results.ts';
import { ABLATION_SCENARIOS } from './scenarios.ts';
import { Base, type Outcome, outcomeOf } from './try.ts';

const [root = '.', ...given] = argv.slice(2);
/** Only what changed no verdict so far, in the last scenarios of the list. */
const again = given.find((g) => /^--last=\d+$/.test(g))?.slice('--last='.length);
const designs = given.filter((g) => !g.startsWith('--'));
const checkout = pathToFileURL(`${root}/`);
const folder = new URL('lab/ablation/results/', checkout);
for (const id of designs) {
  const base = new Base(await loadDesign(id));
  if (again !== undefined) {
    const before = storedResults(folder).find((r) => r.design === id);
    if (!before) continue;
    const last = ABLATION_SCENARIOS.slice(-Number(again));
    const merged = [];
    for (const { site, outcome } of before.sites) {
      const settled = outcome.what === 'verdict' || outcome.what === 'broken';
      const now = settled ? outcome : joined(outcome, await outcomeOf(base, site, last));
      if (!settled) stderr.write(`${id} without ${siteText(site)}: ${JSON.stringify(now)}\n`);
      merged.push({ site, outcome: now });
    }
    storeResults(folder, { design: id, scenarios: ABLATION_SCENARIOS.length, sites: merged });
    continue;
  }
  const sites = [];
  for (const site of await sitesOf(base.design, ABLATION_SCENARIOS)) {
    const started = performance.now();
    const outcome = await outcomeOf(base, site, ABLATION_SCENARIOS);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    stderr.write(`${id} without ${siteText(site)}: ${JSON.stringify(outcome)} (${seconds} s)\n`);
    sites.push({ site, outcome });
  }
  storeResults(folder, { design: id, scenarios: ABLATION_SCENARIOS.length, sites });
}
/** Of the same site, in other scenarios. */
function joined(before: Outcome, now: Outcome): Outcome {
  if (now.what === 'redundant' && before.what === 'redundant') {
    const { scenarios, bisimilar } = before;
    return { ...now, scenarios: scenarios + now.scenarios, bisimilar: bisimilar + now.bisimilar };
  }
  return now.what === 'redundant' || (now.what === 'seen' && before.what === 'seen') ? before : now;
}

const all = storedResults(folder);
writeFileSync(new URL('docs/ablation.md', checkout), pageOf(all));
for (const open of unexplained(all)) stderr.write(`no reason given: ${open}\n`);
