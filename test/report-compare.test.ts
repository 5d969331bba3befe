/** The reports of a comparison, from hand-made data. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, parseConfig } from '../model/config.ts';
import { answersOf, rangeText } from '../report/compare/answers.ts';
import { variantsOf } from '../report/compare/comparison.ts';
import { endless } from '../report/compare/cost-rows.ts';
import { alikeText } from '../report/compare/differing.ts';
import { comparisonJson } from '../report/compare/json.ts';
import { comparisonMarkdown } from '../report/compare/markdown.ts';
import { replayedGroups } from '../report/compare/replayed-text.ts';
import { comparisonText } from '../report/compare/text.ts';
import type { Run } from '../report/verdicts.ts';
import { comparison, cost, operation } from './compare-fixtures.ts';

const text = (c = comparison(), brief = false) => comparisonText(c, 100, brief);

describe('the text', () => {
  it('answers, judges, counts and follows', () => {
    expect(`\n${text()}`).toBe(`
                                          zero-page-
in short                          old     new
traps: first store to a hole      2       0..1
traps: first store to a block     ?       ?
traps: store after a load, hole   ?       ?
traps: store after a load, block  ?       ?
traps: store after fsync          ?       ?
a load of a hole allocates        1 page  nothing
properties that it violates       1       none

                                  zero-page-
verdicts, 1 scenario  old         new
p                     violated 9  holds
q                     holds       vacuous
holds: in every interleaving, over up to 1 process, 1 address space, 1 page, default config
  (pte-special=on thp=off fs=ext4 tlb=off pte-gap=off page-mkwrite=on errors=off journal=off
  es-cache=off user-buffer=present block-reuse=same), sequentially consistent, no errors injected.
violated N: the shortest counterexample has N steps.

Unsafe, and where (steps of the shortest counterexample):
  old: p in store-truncate (9)

                             zero-page-
costs, best..worst run  old  new
a=hole: store a
  store a
    traps               2    0..1
a=hole: load a
  load a
    traps               1    1
    pages allocated     1    0
Over all interleavings, each cost by itself; what is 0 in all designs is left out.

old violates p in "a=block: load a; store a || truncate a" (9 steps); its run under the others:
  step 9, T0 store(): store a: refused
    zero-page-new instead: T0 waits for i_mmap_sem, held by T1

What is counted:
  traps: accesses that trapped.
  pages allocated: pages. Not modelled: page tables.
  blocks allocated: blocks.

Exit code 1: violated: p.
Done. runs=2 states=2400 sec=1.50
`);
  });

  it('tells of each scenario what some violate and others do not', () => {
    const { runs } = comparison();
    const elsewhere = runs.map(([run]) => ({ ...runs[0]![0]!, design: run!.design, name: 'store-punch' }));
    const both = text(comparison({ runs: runs.map((own, i) => [...own, elsewhere[i]!]) }));
    expect(both).toMatch(/^where they differ +old +new\np in store-truncate +violated 9 +holds\n\n/m);
    expect(text()).not.toContain('where they differ');
  });

  it('is tables only where it is to be brief', () => {
    expect(text(comparison(), true)).not.toMatch(/What is counted|under the others/);
  });

  it('without verdicts says nothing about safety', () => {
    expect(text(comparison({ runs: [[], []], followed: [] }))).not.toMatch(/Unsafe|violates|verdicts/);
  });

  it('that no design is unsafe is said of the scenarios that were run', () => {
    const { runs } = comparison();
    expect(text(comparison({ runs: [runs[1]!, runs[1]!], followed: [] }))).toContain(
      'Unsafe: none of them, in these scenarios.',
    );
  });

  it('costs that a limit left unknown are no zeros', () => {
    const c = comparison({ costs: [{ scenario: 'a=hole: store a', costs: [{ states: 9 }, undefined] }] });
    expect(text(c)).toMatch(/first store to a hole +\? +\?/);
    expect(text(c)).toContain('Exit code 3');
  });

  it('more columns than fit go on below', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `design-number-${i}`);
    const variants = variantsOf(ids, [DEFAULT_CONFIG]);
    const wide = comparison({ variants, runs: ids.map(() => []), costs: [], followed: [] });
    const lines = text(wide).split('\n');
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(100);
    expect(lines.filter((l) => l.startsWith('in short'))).toHaveLength(2);
  });
});

it('of several configs the columns say what differs', () => {
  const configs = ['same', 'none'].map((v) => parseConfig([`block-reuse=${v}`]));
  const variants = variantsOf(['old', 'new'], configs);
  expect(variants.map((v) => v.label)).toEqual([
    'old [block-reuse=same]',
    'old [block-reuse=none]',
    'new [block-reuse=same]',
    'new [block-reuse=none]',
  ]);
  const { runs } = comparison();
  const c = comparison({ variants, runs: [runs[0]!, runs[0]!, runs[1]!, runs[1]!] });
  expect(text(c)).toMatch(/the config of each\s+column/);
});

it('a range is one number where best and worst are the same, and the worst alone where there is no best', () => {
  const shown = [cost('x', [2, 2]), cost('x', [0, 3]), cost('x', [1, Number.POSITIVE_INFINITY])].map(rangeText);
  expect(shown).toEqual(['2', '0..3', '1..∞']);
  expect([rangeText({ worst: Number.POSITIVE_INFINITY }), rangeText({ worst: 0 }), rangeText(undefined)]).toEqual([
    '∞',
    '0',
    '?',
  ]);
});

it('what a load allocates is told in words', () => {
  const load = (pages: readonly [number, number], blocks: readonly [number, number]) => ({
    states: 1,
    operations: [
      { ...operation(0, 'load a', [1, 1]), costs: [cost('pages-allocated', pages), cost('blocks-allocated', blocks)] },
    ],
  });
  const c = comparison({
    costs: [{ scenario: 'a=hole: load a', costs: [load([0, 2], [1, 1]), load([0, 0], [0, 0])] }],
  });
  expect(answersOf(c).find((a) => a.id === 'hole-read-allocates')!.answers).toEqual(['0..2 pages, 1 block', 'nothing']);
});

describe('a cost without bound', () => {
  const step = (process: string, fn: string, said: string, section: string) => ({
    process,
    function: fn,
    step: said,
    section,
  });
  const loop = [
    step('T0', 'store', '#PF store a', 'hw'),
    step('T0', '__do_page_fault', 'down_read(mmap_sem)', 'lock'),
    step('T0', 'insert_pfn', '-EBUSY', 'PTL'),
  ];
  const looping = (costs: OperationCostPart) => ({
    states: 1,
    operations: [
      { ...operation(0, 'store a', [1, 1]), costs: [{ id: 'traps', worst: Number.POSITIVE_INFINITY, loop, ...costs }] },
      { ...operation(0, 'write a', [0, 0]), process: 'T1' },
    ],
  });
  type OperationCostPart = { readonly best?: number };
  const told = (costs: OperationCostPart) =>
    endless(comparison({ costs: [{ scenario: 'S', costs: [looping(costs), undefined] }] }));

  it('is explained by its loop: the steps that look at translations', () => {
    expect(told({})).toEqual([
      '∞: in old, "S": T0\'s store a can go round for ever, 3 steps each time: store(): #PF store a; insert_pfn(): -EBUSY',
    ]);
  });
  it('may be one only while another process stands still', () => {
    expect(told({ best: 1 })[0]).toContain("T0's store a can go round as long as T1 stands still, 3 steps");
  });
});

describe('a counterexample under other designs', () => {
  const [first] = comparison().followed;
  const { result } = first!;
  const [base] = first!.under;
  const group = (replayed: object, more: Partial<typeof result> = {}) =>
    replayedGroups({
      result: { ...result, ...more },
      under: [
        { ...base!, replayed: { ...base!.replayed, followed: 9, instead: [], ends: 'finished' as const, ...replayed } },
      ],
    })[0]!;

  it('is told in the order of the refused steps, with designs together that do the same', () => {
    const at = (label: string, followed: number) => ({
      variant: { ...base!.variant, label },
      replayed: { ...base!.replayed, followed },
    });
    const groups = replayedGroups({ result, under: [at('c', 9), at('a', 7), at('b', 2), at('d', 7)] });
    expect(groups.map((g) => [g.variants.join('+'), g.refused])).toEqual([
      ['b', 2],
      ['a+d', 7],
      ['c', undefined],
    ]);
  });
  it('done to its end is told with whether that violates, too', () => {
    expect(group({ violates: true, verdict: 'violated' }).does).toBe('does the same to the end, and violates it too');
    expect(group({ verdict: 'violated' }).does).toContain('another run of its own does');
    expect(group({ verdict: 'n/a' }).does).toContain('does not apply');
  });
  it('that is refused without waiting is told by what happens', () => {
    expect(group({ followed: 3 }).does).toBe('the process finishes without it');
    expect(group({ followed: 3, ends: 'endless' }).does).toBe('the process goes round for ever without it');
    expect(group({ open: 'too large' })).toMatchObject({ does: 'not followed: too many states' });
  });
  it('of a run that never ends, where the other design leaves the loop', () => {
    expect(group({ instead: base!.replayed.instead }, { loopFrom: 3 }).does).toBe('leaves the loop: T0 store(): waits');
    expect(group({ verdict: 'violated' }, { loopFrom: 3 }).does).toBe('goes round for ever, too');
  });
});

it('Markdown has the same tables, with nothing in a cell that breaks them', () => {
  const markdown = comparisonMarkdown(comparison());
  expect(markdown).toContain('| traps: first store to a hole | 2 | 0..1 |');
  expect(markdown).toContain('| `p` | **violated 9** | holds |');
  expect(markdown).toContain('`a=block: load a; store a \\|\\| truncate a`');
  for (const table of markdown.split('\n\n').filter((t) => t.startsWith('|'))) {
    const cells = table.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(cells).size).toBe(1);
  }
});

it('JSON has the schema, numbers where there are some, and null where there is no bound', () => {
  const unbounded = {
    states: 1,
    operations: [
      { ...operation(0, 'store a', [1, 1]), costs: [{ id: 'traps', worst: Number.POSITIVE_INFINITY, loop: [] }] },
    ],
  };
  const c = comparison({ costs: [{ scenario: 'S', costs: [unbounded, undefined] }] });
  const json = JSON.parse(comparisonJson(c));
  expect(json).toMatchObject({
    schema: 'faultline.compare/1',
    variants: [{ design: 'old', label: 'old' }, { design: 'zero-page-new' }],
    verdicts: expect.arrayContaining([
      {
        design: 'old',
        config: DEFAULT_CONFIG,
        property: 'p',
        verdict: 'violated',
        violatedIn: [expect.objectContaining({ length: 9 })],
      },
    ]),
    costs: [
      {
        scenario: 'S',
        operations: [{ operation: 'store a', costs: { traps: { best: null, worst: null, loop: [] } } }],
      },
      { scenario: 'S', states: null, operations: null },
    ],
    replays: [
      { property: 'p', under: { design: 'zero-page-new' }, followed: 8, refused: { step: 'store a' }, ends: 'waits' },
    ],
    complete: true,
  });
});

describe('designs that are compared', () => {
  const { runs, followed } = comparison();
  const [bad] = runs[0]!;
  const elsewhere = (run: Run): Run => ({ ...run, name: 'store-punch' });
  const [held] = runs[1]!;

  it('do not differ where all verdicts are the same, and that is not said of what a limit left open', () => {
    const open: Run = { ...held!, properties: held!.properties.map((p) => ({ ...p, verdict: 'unknown' })) };
    expect(alikeText(comparison({ runs: [[bad!], [bad!]] }))).toBe('The verdicts do not differ in these scenarios.');
    expect(alikeText(comparison({ runs: [[open], [open]] }))).toBeUndefined();
    expect(alikeText(comparison())).toBeUndefined();
  });

  it('are told apart scenario by scenario, in Markdown as in the text', () => {
    const c = comparison({
      runs: [
        [bad!, elsewhere(held!)],
        [bad!, elsewhere(bad!)],
      ],
    });
    expect(text(c)).toMatch(/where they differ +old +new\np in store-punch +holds +violated 9/);
    expect(comparisonMarkdown(c)).toMatch(/where they differ \|.*\n.*\n\| p in store-punch \| holds \| \*\*violated 9/);
  });

  it('violate the same in other runs where one refuses the run of the other', () => {
    const [run] = followed;
    const under = run!.under.map((u) => ({ ...u, replayed: { ...u.replayed, verdict: 'violated' as const } }));
    const c = comparison({ followed: [{ ...run!, under }] });
    const told = 'p in store-truncate: the run of old (9 steps) is refused by zero-page-new';
    expect(text(c)).toContain(told);
    expect(comparisonMarkdown(c)).toContain(told);
    expect(text()).not.toContain('Violated under several');
  });
});
