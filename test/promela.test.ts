/** What `export --to promela` writes, checked by SPIN itself: as many states, as many transitions, the same verdicts. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../model/config.ts';
import promela from '../report/models/promela.ts';
import { systemModel } from '../verify/model.ts';
import { loadDesign } from '../verify/registry.ts';
import { verify } from '../verify/verify.ts';
import { captured } from './cli-fixtures.ts';
import { runSpin } from './spin.ts';

interface Case {
  readonly design: string;
  readonly scenario: string;
  readonly config?: readonly string[];
  /** Stepped by XState itself as well, which is slow. */
  readonly small?: true;
}

const CASES: readonly Case[] = [
  { design: 'v4.0', scenario: 'a=block: load a; store a || punch a', small: true },
  { design: 'v4.0', scenario: 'a=hole, b=block: load a; store b || store a; fsync || truncate b' },
  { design: 'v4.5', scenario: 'a=hole: store a; fsync || write a || punch a' },
  { design: 'v4.9', scenario: 'a=block: [private] load a; store a || truncate a || load a' },
  { design: 'v4.12', scenario: 'a=hole: load a; store a || write a', small: true },
  { design: 'v4.12', scenario: 'a=hole: store a || store a || store a' },
  { design: 'zero-page-v3', scenario: 'a=hole: load a; store a || store a; fsync || write a' },
  { design: 'v6.12', scenario: 'a=block: store a; fsync || load a', config: ['pte-gap=on'], small: true },
  { design: 'v4.14', scenario: 'a=hole: store a || store a', small: true },
  { design: 'v4.14', scenario: 'a=hole: store a; fsync || load a; store a || write a' },
  // Two of its fsyncs wait for each other's wake-up: the only one here with a deadlock.
  { design: 'v4.14', scenario: 'a=block: store a; fsync || fsync || fsync || punch a' },
  // Frozen for ever, with others behind it that wait for the address space's lock: no deadlock.
  { design: 'v4.14', scenario: 'a=hole: store a || store a; munmap a || freeze', small: true },
  { design: 'v4.14', scenario: 'a=block: load a; store a || fsync', config: ['fs=xfs'] },
  { design: 'v5.10', scenario: 'a=hole: load a; store a || [mm2] load a; store a || fsync' },
  { design: 'v6.1', scenario: 'a=hole: load a; store a || write a || punch a' },
];

/** As SPIN does it unless it is told otherwise: variables left out, statements merged, partial-order reduction. */
const REDUCED = { spin: [], cc: [] };

const modelOf = async ({ design, scenario, config = [] }: Case, properties: readonly string[] = []) =>
  systemModel(await loadDesign(design), scenario, { properties, config: parseConfig(config) });

const nameOf = ({ design, scenario, config = [] }: Case): string => [design, scenario, ...config].join(' ');

describe('SPIN finds the states and transitions that faultline finds, and deadlocks where it does', () => {
  for (const given of CASES) {
    it(nameOf(given), async () => {
      const design = await loadDesign(given.design);
      const options = { properties: ['no-deadlock'], config: parseConfig(given.config ?? []) };
      const packed = await verify(design, given.scenario, options);
      const model = await modelOf(given);
      expect(packed.complete).toBe(true);
      for (const shape of ['table', 'processes']) {
        const spin = runSpin(promela.render(model, shape));
        expect([shape, spin.states, spin.transitions]).toEqual([shape, packed.states, packed.transitions + 1]);
        expect([shape, spin.errors > 0]).toEqual([shape, packed.properties[0]!.verdict === 'violated']);
      }
      const reduced = runSpin(promela.render(model, 'processes'), REDUCED);
      expect(reduced.states).toBeLessThan(packed.states);
      expect(reduced.errors > 0).toBe(packed.properties[0]!.verdict === 'violated');
      if (given.small) {
        const slow = await verify(design, given.scenario, { ...options, engine: 'interpreter' });
        expect([slow.states, slow.transitions]).toEqual([packed.states, packed.transitions]);
      }
    });
  }
});

describe('export --to promela', () => {
  const argv = ['export', 'v4.14', '--scenario', 'store-store', '--to', 'promela'];

  it('is the bare model in shape table unless told otherwise', async () => {
    const { code, out, err } = await captured(argv);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe((await captured([...argv, '--shape', 'table', '--property', 'none'])).out);
    expect(out).toContain('/* faultline export: v4.14: a=hole: store a || store a */');
    expect(out).toContain('properties: none; shape: table');
    expect((await captured([...argv, '--shape', 'processes'])).out).toContain('shape: processes');
  });

  it('says of each alternative which step of which function it is', async () => {
    const { out } = await captured(argv);
    const alternatives = out.split('\n').filter((line) => line.startsWith('  :: '));
    expect(alternatives.length).toBeGreaterThan(50);
    for (const line of alternatives) expect(line).toMatch(/ \/\* fl: [\w()>-]+: .+ \*\/$/);
    expect(out).toMatch(/fl_pte_mm1_a = \d.* \/\* fl: insert_pfn: set_pte_at\(rw\) \*\//);
  });

  it('asserts inside the steps what a property says of states', async () => {
    const freed = ['v4.0', '--scenario', 'store-punch', '--to', 'promela', '--property', 'no-freed-block-mapped'];
    const { out } = await captured(['export', ...freed]);
    expect(out).toMatch(/:: d_step \{ .*; fl_pte_mm1_a = 1; .*assert\(fl_no_freed_block_mapped_holds \|\| !\(/);
    expect(out).toContain('properties: no-freed-block-mapped; shape: table');
  });

  it('in shape processes declares what one process alone uses there, and what nobody reads as local', async () => {
    const two = ['v4.14', '--scenario', 'a=hole: store a; fsync || [mm2] load a; store a', '--to', 'promela'];
    const { out } = await captured(['export', ...two, '--shape', 'processes']);
    const [shared, , t1] = out.split('active proctype');
    expect(t1).toMatch(/^ fl_T1\(\) \{\n.*\nbit fl_mmap_sem_mm2;$/m);
    expect(shared).toMatch(/^local bit fl_inode;$/m);
    expect(shared).toMatch(/^unsigned fl_entry_a : \d;$/m);
  });

  it('says which property is not in the model', async () => {
    const { out } = await captured([...argv, '--property', 'store-completes', '--property', 'rss-balance']);
    expect(out).toContain('/* store-completes is a property of endless runs: it is not in this model */');
    expect(out).toContain('/* rss-balance does not apply to this design or config: it is not in this model */');
  });

  const refused: Readonly<Record<string, [argv: string[], error: RegExp]>> = {
    'a shape that does not exist': [
      ['--shape', 'tables'],
      /^E_UNKNOWN_NAME: there is no shape "tables" of promela\n.*table/,
    ],
    'a slice': [['--slice', '1', '--property', 'no-warn'], /^E_USAGE: --slice together with --to promela/],
    'what it has not explored completely': [['--max-states', '50'], /^E_LIMIT: more than \d+ states.*\n.*--max-states/],
  };
  for (const [what, [more, error]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      const { code, out, err } = await captured([...argv, ...more]);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(error);
    });
  }
});

/** Properties whose assertions failed. */
const assertedBy = (text: string): string[] =>
  [...new Set([...text.matchAll(/assertion violated \(*fl_(\w+?)_holds/g)].map((m) => m[1]!))].sort();

describe('with properties, what SPIN finds violated is what faultline finds violated', () => {
  const cases: readonly (Case & { readonly violated: readonly string[] })[] = [
    { design: 'v4.14', scenario: 'a=hole: load a; store a || write a', violated: ['no-warn'] },
    {
      design: 'v4.0',
      scenario: 'a=block: load a; store a || punch a',
      violated: ['hole-reads-allocate-nothing', 'mtime-on-write', 'no-freed-block-mapped', 'no-stale-read'],
    },
    { design: 'v4.14', scenario: 'a=block: store a; fsync || store a; fsync', violated: ['fsync-durable'] },
  ];
  for (const given of cases) {
    it(`${nameOf(given)}: ${given.violated.join(', ')}`, async () => {
      const run = await verify(await loadDesign(given.design), given.scenario);
      const found = run.properties.filter((p) => p.verdict === 'violated').map((p) => p.id);
      expect(found).toEqual(given.violated);
      const model = await modelOf(
        given,
        run.properties.map((p) => p.id),
      );
      const wrong = found.map((id) => id.replaceAll('-', '_')).sort();
      for (const shape of ['table', 'processes']) {
        const spin = runSpin(promela.render(model, shape), { pan: ['-e'] });
        expect([shape, spin.states, spin.transitions]).toEqual([shape, run.states, run.transitions + 1]);
        expect(assertedBy(spin.text)).toEqual(wrong);
      }
      const reduced = runSpin(promela.render(model, 'processes'), { ...REDUCED, pan: ['-e'] });
      expect(assertedBy(reduced.text)).toEqual(wrong);
    });
  }
});
