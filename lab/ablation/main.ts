/** Leaves out one thing at a time of the designs named, stores what that changes, and writes docs/ablation.md. */
import { writeFileSync } from 'node:fs';
import { argv, exit, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadDesign } from '../../verify/registry.ts';
import { sitesOf } from './ablate.ts';
import { type Site, siteText } from './kinds.ts';
import { pageOf, unexplained } from './page.ts';
import { type Results, storedResults, storeResults } from './results.ts';
import { scenariosFor } from './scenarios.ts';
import { shown } from './show.ts';
import { Base, outcomeOf } from './try.ts';

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    /** Only these things again, by a regular expression over kind, what and where. */
    only: { type: 'string' },
    /** Only what changed no verdict so far. */
    again: { type: 'boolean', default: false },
    /** Only what has this outcome so far. */
    outcome: { type: 'string' },
    /** Nothing is tried: the one thing that fits this, beside the whole design, as `faultline equiv` prints it. */
    show: { type: 'string' },
    scenario: { type: 'string' },
    observe: { type: 'string' },
  },
});
const [root = '.', ...designs] = positionals;
const checkout = pathToFileURL(`${root}/`);
const folder = new URL('lab/ablation/results/', checkout);
const only = values.only === undefined ? undefined : new RegExp(values.only);

if (values.show !== undefined) {
  const { show, scenario = '', observe } = values;
  for (const id of designs) stdout.write(await shown(await loadDesign(id), new RegExp(show), scenario, observe));
  exit();
}

for (const id of designs) {
  const base = new Base(await loadDesign(id));
  const scenarios = await scenariosFor(base.design);
  const before = storedResults(folder).find((r) => r.design === id);
  const all = await sitesOf(base.design, scenarios);
  const sites = all.map((site) => kept(before, site));
  for (const [n, site] of all.entries()) {
    sites[n] ??= { site, outcome: await tryOut(base, site, scenarios) };
    // What is not tried yet is as before: a long run may be stopped.
    const so = sites.flatMap(
      (own, i) => own ?? before?.sites.find((s) => siteText(s.site) === siteText(all[i]!)) ?? [],
    );
    storeResults(folder, { design: id, scenarios: scenarios.length, sites: so });
  }
}
const all = storedResults(folder);
writeFileSync(new URL('docs/ablation.md', checkout), pageOf(all));
for (const open of unexplained(all)) stderr.write(`no reason given: ${open}\n`);

/** The stored outcome, if it is not asked for again. */
function kept(before: Results | undefined, site: Site): Results['sites'][number] | undefined {
  if (!only && !values.again && values.outcome === undefined) return undefined;
  const stored = before?.sites.find((s) => siteText(s.site) === siteText(site));
  if (!stored) return undefined;
  const { what } = stored.outcome;
  const told = what === 'verdict' || what === 'broken';
  const asked = (only?.test(siteText(site)) ?? true) && !(values.again && told) && (values.outcome ?? what) === what;
  return asked ? undefined : stored;
}

async function tryOut(base: Base, site: Site, scenarios: readonly string[]) {
  const started = performance.now();
  const outcome = await outcomeOf(base, site, scenarios);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  stderr.write(`${base.design.id} without ${siteText(site)}: ${JSON.stringify(outcome)} (${seconds} s)\n`);
  return outcome;
}
