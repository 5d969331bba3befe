/** The texts of `faultline new`: a design file and its test. */
import { SCENARIOS } from '../../model/scenarios.ts';
import { table, wrap } from '../../report/text.ts';
import type { Explored } from '../../verify/explored-expects.ts';
import type { PartSource } from './part-source.ts';
import type { PartFacts } from './parts-list.ts';

const WIDTH = 120;
const TYPES =
  'npx tsc --noEmit --strict --module esnext --moduleResolution bundler --target es2022 --allowImportingTsExtensions';

export interface Draft {
  readonly name: string;
  /** The base's id, and how a file in the same folder imports it. */
  readonly base: string;
  readonly baseModule: string;
  readonly parts: readonly PartFacts[];
  /** The part that is replaced as an example, and its text; undefined: it calls the base's. */
  readonly part: string;
  readonly source: PartSource | undefined;
  readonly explored: Explored;
}

export function designText(draft: Draft): string {
  const { name, base, baseModule, part, source, explored } = draft;
  const imports = new Map<string, readonly string[]>(source?.imports ?? []);
  imports.set('faultline', ['defineDesign', ...(imports.get('faultline') ?? [])]);
  const orNull = draft.parts.find((p) => p.name === part)?.nullable ? '!' : '';
  return `${[
    `/**`,
    ` * ${name}: ${base}, changed. Say here what the patch does, and why it should be right.`,
    ' *',
    ` * Check it:          npx faultline verify ./${name}.ts`,
    ` * while you edit:    npx faultline verify ./${name}.ts --watch`,
    ` * in one scenario:   npx faultline verify ./${name}.ts --scenario 'a=hole: load a; store a || write a'`,
    ` * against the base:  npx faultline compare ${draft.baseModule.startsWith('.') ? baseModule : base} ./${name}.ts`,
    ` * its test:          npx vitest run ${name}.test.ts`,
    ` * its types:         ${TYPES} ${name}.ts ${name}.test.ts`,
    ' */',
    ...importLines(imports, baseModule),
    '',
    `/** The parts of ${base}, with their types. */`,
    'type Parts = typeof base.parts;',
    '',
    ...partsComment(draft),
    '',
    ...(source?.helpers ?? []).flatMap((text) => [text, '']),
    ...exampleComment(draft),
    `const ${part}: Parts['${part}'] = ${source?.definition ?? `(...args) => base.parts.${part}${orNull}(...args);`}`,
    '',
    'export default defineDesign<Parts>({',
    '  ...base,',
    `  id: '${name}',`,
    `  title: '${base}, changed',`,
    "  source: 'where the change was read: a commit, a mail',",
    `  parts: { ...base.parts, ${part} },`,
    '  // By property: the default scenarios that violate it. The test fails on any difference, in either direction.',
    `  // So far it is what exploring ${base} finds.`,
    ...expectsLines(explored),
    '});',
    '',
    '// Properties of your own run with this design:',
    '// export const properties = [defineProperty({ id, sentence, promisedBy, premise, instance })];',
  ].join('\n')}\n`;
}

export function testText({ name, part, explored }: Draft): string {
  const held = cellOf(explored.held, explored.reaching);
  const violated = cellOf(explored.violated, explored.reaching);
  const single = ({ property, scenario }: Cell, matcher: string, words: string): string[] => [
    '',
    `// ${part} takes steps in it.`,
    `it('${words} ${property} in ${scenario}: ${SCENARIOS[scenario]![0]!}', async () => {`,
    `  await expect(design).${matcher}('${property}', { scenario: '${scenario}' });`,
    '});',
  ];
  return `${[
    `/** What ${name} is to keep and to break. */`,
    "import 'faultline/vitest';",
    "import { expect, it } from 'vitest';",
    `import design from './${name}.ts';`,
    '',
    "it('has the verdicts that it declares, in all default scenarios', async () => {",
    '  await expect(design).toBehaveAsDeclared();',
    '}, 120_000);',
    ...(held ? single(held, 'toHold', 'holds') : []),
    ...(violated ? single(violated, 'toViolate', 'violates') : []),
  ].join('\n')}\n`;
}

interface Cell {
  readonly property: string;
  readonly scenario: string;
}

/** In the first scenario that reaches the part; none where none does. */
function cellOf(verdicts: Readonly<Record<string, readonly string[]>>, reaching: readonly string[]): Cell | undefined {
  const properties = Object.keys(verdicts).filter((id) => !SAYS_LITTLE.has(id));
  const cells = reaching.flatMap((scenario) =>
    properties.filter((id) => verdicts[id]!.includes(scenario)).map((property) => ({ property, scenario })),
  );
  return cells[0];
}

/** A test that they hold says less than one of a property whose premise must come about, or comes about without errors. */
const SAYS_LITTLE = new Set(['no-warn', 'no-deadlock', 'lock-discipline', 'fsync-no-spurious-error']);

function importLines(imports: ReadonlyMap<string, readonly string[]>, baseModule: string): string[] {
  const lines = [...imports].map(([module, names]) => {
    const sorted = [...new Set(names)].sort((a, b) => bare(a).localeCompare(bare(b), 'en'));
    const line = `import { ${sorted.join(', ')} } from '${module}';`;
    return { module, line: line.length <= WIDTH ? line : `import {\n  ${sorted.join(',\n  ')},\n} from '${module}';` };
  });
  const all = [...lines, { module: baseModule, line: `import base from '${baseModule}';` }];
  return all.sort((a, b) => (a.module < b.module ? -1 : 1)).map(({ line }) => line);
}

const bare = (name: string): string => name.replace('type ', '');

function partsComment({ parts }: Draft): string[] {
  const functions = parts.filter((p) => p.value === undefined);
  const values = parts.filter((p) => p.value !== undefined);
  const further = functions.filter((p) => p.further !== undefined);
  const lines = [
    ...wrap(
      'What can be replaced. A part is a function (d, here, ret, …) that returns the chart of one kernel function: `d` is ' +
        'the design (call other parts through it, so that what is replaced is replaced for every caller), `here` the ' +
        'call site, `ret` says where each of the return values leads. The code of each is in ' +
        'node_modules/faultline/model/.',
      WIDTH - 3,
    ),
    '',
    ...table([
      ['part', 'return values', 'kernel function'],
      ...functions.map((p) => [p.name, p.returns.join(' | '), p.kernel ?? 'reached by no default scenario']),
    ]),
    ...section('Arguments after `ret`:', table(further.map((p) => [p.name, p.further!]))),
    ...section('Parts that are values:', table(values.map((p) => [p.name, p.value!]))),
  ];
  return ['/*', ...lines.map((l) => ` * ${l}`.trimEnd()), ' */'];
}

function exampleComment({ base, part, source }: Draft): string[] {
  const text = [
    source
      ? `The example of a replaced part: so far what ${base} has. Change it, or put another part in its place.`
      : `The example of a replaced part: so far it calls that of ${base}. Write a chart in place of the call.`,
    ...(source?.factory ? [`Its steps are in ${source.factory}(), above: a copy, used by nothing else.`] : []),
    'A step is one atomic section; between two steps any other thread may run. The first alternative whose guard is true is taken.',
    ...(source ? [] : [`The code of ${part} is in node_modules/faultline/model/paths/.`]),
  ];
  return ['/**', ...wrap(text.join(' '), WIDTH - 3).map((l) => ` * ${l}`), ' */'];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

function expectsLines({ violated }: Explored): string[] {
  const entries = Object.entries(violated).map(([property, scenarios]) => {
    const list = scenarios.map((s) => `'${s}'`);
    const line = `    '${property}': [${list.join(', ')}],`;
    return line.length <= WIDTH ? line : `    '${property}': [\n      ${list.join(',\n      ')},\n    ],`;
  });
  return entries.length === 0 ? ['  expects: {},'] : ['  expects: {', ...entries, '  },'];
}
