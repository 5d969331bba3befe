/** Random closed scenarios as texts, with a design and settings. They shrink to fewer and shorter processes. */
import fc from 'fast-check';
import { CONFIGS } from '../../model/config.ts';
import type { Operation } from '../../model/operation.ts';

export interface Case {
  readonly design: string;
  readonly scenario: string;
  /** `name=value` of what is not the default. */
  readonly config: readonly string[];
}

interface ProcessData {
  readonly attributes: string;
  readonly operations: readonly string[];
}

const PAGES = ['a', 'b'];
/** Hardly any process lives from these alone. */
const RARE = new Set([
  'freeze',
  'thaw',
  'exit',
  'fork',
  'dropcaches',
  'invalidate',
  'mprotect',
  'msync',
  'read',
  'commit',
]);

export function cases(designs: readonly string[], operations: readonly Operation[]): fc.Arbitrary<Case> {
  const operation = fc.oneof(...operations.map((o) => ({ weight: RARE.has(o.name) ? 1 : 3, arbitrary: textsOf(o) })));
  const process: fc.Arbitrary<ProcessData> = fc.record({
    attributes: fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      { weight: 3, arbitrary: fc.constantFrom('[mm2]', '[private]', '[ro]', '[maps=a]', '[mm2 private]') },
      { weight: 1, arbitrary: fc.constantFrom('[sync]', '[mm2 sync]', '[unaligned]') },
    ),
    operations: fc.array(operation, { minLength: 1, maxLength: 3 }),
  });
  return fc
    .record({
      design: fc.constantFrom(...designs),
      pages: fc.array(fc.constantFrom('hole', 'block', 'unwritten'), { minLength: 1, maxLength: 2 }),
      processes: fc.array(process, { minLength: 1, maxLength: 3 }),
      config: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 3, arbitrary: settings }),
    })
    .map(({ design, pages, processes, config }) => ({ design, scenario: scenarioText(pages, processes), config }));
}

function textsOf({ name, takesPage, words }: Operation): fc.Arbitrary<string> {
  if (name === 'write') return fc.constantFrom('write a', 'write a', 'write a', 'write b', 'write b', 'write a+b');
  if (takesPage) return fc.constantFrom(`${name} a`, `${name} a`, `${name} b`);
  return words ? fc.constantFrom(...words.map((w) => `${name} ${w}`)) : fc.constant(name);
}

const others = Object.entries(CONFIGS).flatMap(([name, values]) =>
  values.slice(1).map((value) => ({ name, text: `${name}=${value}` })),
);
/** One or two settings. */
const settings = fc
  .uniqueArray(fc.constantFrom(...others), { minLength: 1, maxLength: 2, selector: ({ name }) => name })
  .map((list) => list.map(({ text }) => text).sort());

function scenarioText(pages: readonly string[], processes: readonly ProcessData[]): string {
  const init = pages.map((p, i) => `${PAGES[i]}=${p}`).join(', ');
  const known = PAGES.slice(0, pages.length);
  // What is about a page that is not there is about the first one.
  const about = (text: string): string =>
    text.replace(/(?<=[ +])[ab]$/, (page) => (known.includes(page) ? page : PAGES[0]!)).replace('a+a', 'a');
  const texts = processes.map(({ attributes, operations }) =>
    [attributes, operations.map(about).join('; ')].filter(Boolean).join(' '),
  );
  return `${init}: ${texts.join(' || ')}`;
}
