/** Random scenarios over all designs until the time is over; every new kind of violation is shrunk and kept. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { argv, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { designIds, operations } from '../../verify/registry.ts';
import { Campaign } from './campaign.ts';
import { kindText } from './judge.ts';
import { RULES, ruleFor } from './known.ts';
import { cases } from './texts.ts';

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    design: { type: 'string', multiple: true },
    /** Lists every kind with its shortest case, and shrinks nothing. */
    survey: { type: 'boolean', default: false },
  },
});
const checkout = pathToFileURL(`${positionals[0] ?? '.'}/`);
const folder = new URL('lab/campaign/cases/', checkout);
const designs = values.design ?? (await designIds());
const until = performance.now() + Number(values.minutes) * 60_000;
const campaign = new Campaign(ruleFor);
for (let seed = Number(values.seed); performance.now() < until; seed++) {
  const law = fc.asyncProperty(
    cases(designs, await operations()),
    async (one) => (await campaign.tryOut(one)).length === 0 || values.survey,
  );
  const { failed, counterexample } = await fc.check(law, {
    seed,
    numRuns: 1_000_000,
    interruptAfterTimeLimit: Math.max(1, until - performance.now()),
    endOnFailure: false,
  });
  if (!failed || !counterexample) continue;
  for (const { kind, steps, what } of await campaign.tryOut(counterexample[0])) {
    campaign.keep(kind);
    stdout.write(`NEW ${kindText(kind)}, ${steps} steps, ${JSON.stringify(counterexample[0])}\n    ${what}\n`);
    mkdirSync(folder, { recursive: true });
    const name = kindText(kind)
      .replace(/[^\w.-]+/g, '-')
      .replace(/-$/, '');
    writeFileSync(
      new URL(`${name}.json`, folder),
      `${JSON.stringify({ ...counterexample[0], kind, steps, what, seed }, undefined, 2)}\n`,
    );
  }
}
if (values.survey) {
  for (const [text, { found, one, because }] of [...campaign.shortest].sort(([a], [b]) => (a < b ? -1 : 1))) {
    stdout.write(
      `${because === 'NEW' ? 'NEW ' : ''}${text} ${found.steps} ${one.config.join(' ')} ${one.scenario}\n    ${found.what}\n`,
    );
  }
}
const { runs, complete, compared, violations } = campaign;
stdout.write(`${runs} runs, ${complete} complete, ${compared} by several engines; seed ${values.seed}\n`);
for (const [text, n] of [...violations].sort()) stdout.write(`${String(n).padStart(6)} ${text}\n`);
stdout.write(`${campaign.fresh} new kinds; ${RULES.length} rules for known ones\n`);
if (campaign.fresh > 0) stderr.write('new kinds: see lab/campaign/cases/\n');
process.exitCode = campaign.fresh > 0 ? 1 : 0;
