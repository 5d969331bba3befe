import { describe, expect, it } from 'vitest';
import { VERDICT } from '../../bench/cases.ts';
import type { Task } from '../../bench/contender.ts';
import { spin } from '../../bench/contenders/spin.ts';
import { report } from '../../bench/report.ts';
import { Results } from '../../bench/results.ts';
import { PLAIN, POR } from '../../bench/spin/modes.ts';
import { targets } from '../../bench/targets.ts';
import { contender, figures, SUBJECT, TASK } from './made-results.ts';

function made(): Results {
  const results = new Results();
  for (const s of [2, 1, 4]) results.add(TASK, contender('one-worker'), figures(s));
  results.add(TASK, contender('two-workers'), figures(1));
  results.add(TASK, spin('processes', PLAIN), figures(12, { storedBytes: 120 * SUBJECT.states }));
  results.add(TASK, spin('table', PLAIN), figures(30));
  results.add(TASK, contender('broken'), { failed: 'a | in a message' });
  return results;
}

const find = (text: RegExp) => targets(made(), 0.4).find((t) => text.test(t.text));

describe('the ratios that were asked for', () => {
  it('compare medians, with the fastest of the shapes', () => {
    expect(find(/states\/s, 1 worker.*10\^6: two/)).toMatchObject({
      met: true,
      reached: expect.stringMatching(/^6\.00 × .*processes/),
    });
  });
  it('are met or not', () => {
    expect(find(/2 workers \(10\^6: two/)).toMatchObject({ reached: '2.00 × one', met: true });
    expect(find(/bytes per stored state.*10\^6: two/)).toMatchObject({ reached: '16.0 (SPIN: 120.0)', met: true });
    expect(targets(made(), 0.6).at(-1)).toMatchObject({ met: false });
  });
  it('say what the rate is when our tables do not count, as SPIN has its own compiled in', () => {
    const results = made();
    results.row(TASK, contender('one-worker')).samples.splice(0, 3, figures(2, { tableSeconds: 1 }));
    const speed = targets(results, 0.4).find((t) => /states\/s, 1 worker/.test(t.text));
    expect(speed?.reached).toMatch(/^6\.00 × .*; without the time of our tables 12\.0 ×/);
  });
  it('count what it takes to make the verifier of SPIN in a row of their own', () => {
    const { judged } = VERDICT[0]!;
    const task: Task = { purpose: 'verdict', subject: judged, judged: VERDICT[0]! };
    const results = new Results();
    results.add(task, contender('reduced'), figures(0.9));
    results.add(task, spin('processes', POR), figures(3.9));
    const built = { pan: 'pan', exportSeconds: 100, spinSeconds: 1, gccSeconds: 10 };
    const builds = [{ subject: judged.name, shape: 'processes', mode: POR.title, built }];
    const of = (text: RegExp) => targets(results, 0.4, builds).find((t) => text.test(t.text));
    expect(of(/^time to verdict.*equal-stores/)).toMatchObject({ reached: '4.00 × with 1 worker', met: false });
    expect(of(/verifier.*equal-stores/)).toMatchObject({ reached: '15.0 × (1.00 s to 15.0 s)', met: true });
  });
  it('ask for three cases that are fast enough, a symmetric one among them', () => {
    const overall = (chosen: readonly (typeof VERDICT)[number][]) => {
      const results = new Results();
      for (const judged of chosen) {
        const task: Task = { purpose: 'verdict', subject: judged.judged, judged };
        results.add(task, contender('reduced'), figures(1, { prepareSeconds: 0 }));
        results.add(task, spin('processes', POR), figures(15, { prepareSeconds: 0 }));
      }
      return targets(results, 0.4).find((t) => /on three cases/.test(t.text));
    };
    const symmetric = VERDICT.filter((c) => c.symmetric);
    const others = VERDICT.filter((c) => !c.symmetric);
    expect(overall([symmetric[0]!, ...others.slice(0, 2)])).toMatchObject({
      reached: 'on 3 of 3: equal-stores (symmetric), three-calls, two-pages',
      met: true,
    });
    expect(overall(others.slice(0, 3))).toMatchObject({ met: false });
    expect(overall(symmetric.slice(0, 2))).toMatchObject({ met: false });
  });
  it('are neither where nothing was measured', () => {
    expect(find(/10\^7/)).toMatchObject({ reached: 'not measured', met: undefined });
  });
});

describe('the page', () => {
  const page = report({
    machine: {
      cpu: 'a CPU',
      cores: 2,
      memoryGigabytes: 8,
      system: 'Linux',
      node: 'v20',
      spin: undefined,
      gcc: 'gcc',
      load: 3,
    },
    results: made(),
    starts: { seconds: [0.4, 0.3, 0.5], states: 900 },
    builds: [],
    profiles: [],
    minutes: 12.2,
    limits: 'Memory.',
  });
  it('shows median and spread, and the ratio to SPIN', () => {
    expect(page).toMatch(/\| one-worker \| 1,746,406 \| 873 k \(437 k–1\.75 M\) \| 6\.00 × \|/);
  });
  it('says of a contender that failed why it has no figures', () => {
    expect(page).toContain('| broken | *a \\| in a message* |');
  });
  it('has in every table as many cells in a line as in its head', () => {
    const tables = page.split('\n\n').filter((block) => block.startsWith('|'));
    expect(tables.length).toBeGreaterThan(2);
    const cells = (line: string) => line.replaceAll('\\|', '').split('|').length;
    for (const t of tables) expect(new Set(t.split('\n').map(cells)).size, t).toBe(1);
  });
  it('says that other work ran', () => {
    expect(page).toContain('**3.0: other work ran, the figures are rough**');
  });
  it('says what limits, and how long the command line takes', () => {
    expect(page).toContain('## What limits\n\nMemory.');
    expect(page).toContain(
      '900 states, from the start of Node to the end of the process: 0.40 s (0.30 s–0.50 s), 3 runs',
    );
  });
});
