import { code, page, prose, table } from './markdown.ts';
import { commentOn, eventsOf, exportedTypes, exportedValues, headerOf, modulesIn, sourceOf } from './source-text.ts';

export default async function library(): Promise<string> {
  const exported = indexExports();
  const described = exported.filter(([, text]) => text !== '');
  return page(
    'Library',
    'What a design file, a test or a program imports. Everything has TypeScript declarations. How it is used: [use it as a ' +
      'library](../how-to/use-as-a-library.md), [replace a kernel function](../how-to/replace-a-function.md), [write a ' +
      'property](../how-to/write-a-property.md).',
    '## faultline',
    table([['name', 'what it is'], ...described.map(([name, text]) => [code(name), prose(text)])]),
    `Besides: ${codes(exported.filter(([, text]) => text === '').map(([name]) => name))}.`,
    '## faultline/vitest',
    "Matchers: `import 'faultline/vitest'`.",
    table([['matcher', 'what it says'], ...matchers()]),
    '## faultline/designs/ID',
    'Each [built-in design](designs.md), as default export.',
    '## faultline/entries/NAME',
    'The components: what a step reads with `s.read(…)`, and the events that it sends with `s.send(…)`.',
    table([
      ['module', 'what it is', 'values', 'events'],
      ...modulesIn('model/entries').map((name) => {
        const source = sourceOf(`model/entries/${name}.ts`);
        return [code(name), prose(headerOf(source)), codes(exportedValues(source)), codes(eventsOf(source))];
      }),
    ]),
    '## faultline/paths/NAME',
    'The kernel functions that the designs are made of.',
    table([
      ['module', 'what it is'],
      ...modulesIn('model/paths').map((name) => [code(name), prose(headerOf(sourceOf(`model/paths/${name}.ts`)))]),
    ]),
  );
}

const codes = (names: readonly string[]): string => names.map(code).join(' ');

/** Names of the main module with what their own files say of them. */
function indexExports(): [name: string, text: string][] {
  const index = sourceOf('index.ts');
  const statements = [...index.matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '\.\/(.+)';$/gm)];
  return statements.flatMap(([, what = '', file = '']) => {
    const source = sourceOf(file);
    if (what === '*') {
      const names = [...exportedValues(source), ...exportedTypes(source)];
      return names.map((name): [string, string] => [name, commentOn(name, source)]);
    }
    const named = what
      .slice(1, -1)
      .split(',')
      .filter((name) => name.trim() !== '')
      .map((n) => n.trim().replace(/^type /, ''));
    return named.map((n): [string, string] => {
      const [own = n, name = own] = n.split(' as ');
      return [name, commentOn(own, source)];
    });
  });
}

function matchers(): string[][] {
  const [, body = ''] = /export interface FaultlineMatchers \{\n([\s\S]*?)\n\}/.exec(sourceOf('vitest.ts')) ?? [];
  return [...body.matchAll(/\/\*\* (.*) \*\/\n +(\w+)/g)].map((m) => [code(m[2]!), prose(m[1]!)]);
}
