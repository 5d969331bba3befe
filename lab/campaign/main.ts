/** Random scenarios over all designs until the time is over; every violation that no rule explains is shrunk and kept. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { argv, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { designIds, operations } from '../../verify/registry.ts';
import { Campaign, type Met } from './campaign.ts';
import { CAUSES, type Cause } from './causes.ts';
import { type Found, kindText } from './judge.ts';
import { RULES, ruleFor } from './known.ts';
import { pageOf } from './page.ts';
import { resultsOf, storedResults, storeResults } from './results.ts';
import { type Case, cases } from './texts.ts';

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    design: { type: 'string', multiple: true },
    /** Shrinks nothing, and goes on. */
    survey: { type: 'boolean', default: false },
    /** Writes the cases with violations to a file, a line each; `--again FILE` judges those, and no others. */
    log: { type: 'string' },
    again: { type: 'string' },
    /** Stores the figures, and writes docs/campaign.md. */
    store: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});
const checkout = pathToFileURL(`${positionals[0] ?? '.'}/`);
const minutes = Number(values.minutes);
const designs = values.design ?? (await designIds());
const campaign = new Campaign(ruleFor);

async function search(until: number): Promise<void> {
  for (let seed = Number(values.seed); performance.now() < until; seed++) {
    const law = fc.asyncProperty(
      cases(designs, await operations()),
      async (one) => (await tryOut(one)).length === 0 || values.survey,
    );
    const { failed, counterexample } = await fc.check(law, {
      seed,
      numRuns: 1_000_000,
      interruptAfterTimeLimit: Math.max(1, until - performance.now()),
      endOnFailure: false,
    });
    if (failed && counterexample)
      for (const found of await tryOut(counterexample[0])) keep(found, counterexample[0], seed);
  }
}

async function tryOut(one: Case): Promise<Found[]> {
  const met = await campaign.tryOut(one);
  const causes = met.map(({ cause }) => cause ?? 'NEW');
  if (values.log !== undefined && met.length > 0) appendFileSync(values.log, `${JSON.stringify({ ...one, causes })}\n`);
  return campaign.unkept(met);
}

async function judgeAgain(log: string): Promise<void> {
  for (const line of new Set(log.split('\n').filter(Boolean))) await campaign.tryOut(JSON.parse(line) as Case);
}

function keep(found: Found, one: Case, seed: number): void {
  const { kind, steps, what } = found;
  campaign.keep(found);
  stdout.write(`NEW ${kindText(kind)}, ${steps} steps, ${JSON.stringify(one)}\n    ${what}\n`);
  const folder = new URL('lab/campaign/cases/', checkout);
  mkdirSync(folder, { recursive: true });
  const name = kindText(kind)
    .replace(/[^\w.-]+/g, '-')
    .replace(/-$/, '');
  const kept = { ...one, kind, steps, what, seed };
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(kept, undefined, 2)}\n`);
}

function report(): void {
  const { runs, complete, compared, causes, fresh } = campaign;
  stdout.write(`${runs} runs, ${complete} complete, ${compared} by several engines; seed ${values.seed}\n`);
  for (const [cause, met] of [...causes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    stdout.write(`${String(met.violations).padStart(6)} ${cause}: ${CAUSES[cause as Cause].what}\n${shortestOf(met)}`);
  }
  for (const [kind, met] of [...fresh].sort(([a], [b]) => (a < b ? -1 : 1))) {
    stdout.write(`${String(met.violations).padStart(6)} NEW ${kind}\n${shortestOf(met)}`);
  }
  stdout.write(`${fresh.size} kinds that no rule explains; ${RULES.length} rules\n`);
  if (fresh.size > 0 && !values.survey) stderr.write('new kinds: see lab/campaign/cases/\n');
}

const shortestOf = ({ shortest, kinds }: Met): string => {
  const { found, one } = shortest!;
  const { design, property } = found.kind;
  return `       ${kinds.size} kinds; ${property} in ${found.steps} steps: ${design} ${one.config.join(' ')} '${one.scenario}'\n`;
};

if (values.again !== undefined) await judgeAgain(readFileSync(values.again, 'utf8'));
else if (!values.page) await search(performance.now() + minutes * 60_000);
if (!values.page) report();
const results = new URL('lab/campaign/results/', checkout);
if (values.store)
  storeResults(results, resultsOf(campaign, { seed: Number(values.seed), minutes, designs: designs.length }));
if (values.store || values.page) writeFileSync(new URL('docs/campaign.md', checkout), pageOf(storedResults(results)));
process.exitCode = campaign.fresh.size > 0 ? 1 : 0;
