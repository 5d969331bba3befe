/**
 * A part as its author wrote it: the statement's text, cut out of the sources that come with the package, with the
 * imports that it needs. The sources are formatted by one tool, so a statement ends where the next begins in column 1.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Design } from '../../model/design.ts';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';

export interface PartSource {
  /** The definition up to the closing semicolon: `(d, here, ret) =>\n  chart(here, { … });`, or the call that makes it. */
  readonly definition: string;
  /** Declarations that it uses and that its file does not export. */
  readonly helpers: readonly string[];
  /** By module specifier, e.g. `faultline/entries/pte`: the names to import. Types begin with `type `. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Where the definition is a call: the helper that is called, which has the steps. */
  readonly factory?: string | undefined;
}

/** Below model/. */
const FOLDERS = ['paths', 'designs'];

/** Undefined where the part cannot be cut out: what it uses is not the package's to import. */
export async function partSource(design: Design, name: string): Promise<PartSource | undefined> {
  const part = partOf(design, name);
  for (const file of FOLDERS.flatMap(filesIn)) {
    const exported = await exportsOf(file);
    const own = Object.keys(exported).find((key) => key !== 'default' && exported[key] === part);
    if (own) return sourceOf(name, file, asExpression(statementsIn(textOf(file)).get(own)?.text ?? '', own), own);
  }
  const made = await inRecord(name, part);
  return made && sourceOf(name, made.file, made.definition);
}

const partOf = (design: Design, name: string): unknown =>
  (design.parts as unknown as Readonly<Record<string, unknown>>)[name];

/** `made(…);`, or `(d, here, ret) => called(d, here, ret, …);` */
const CALL = /^(?:\([\w, ]*\) => (?=\w+\([^(){}]*\);$))?(?<called>\w+)\(/;

/** @param own what the definition is called in its file */
function sourceOf(name: string, file: string, definition: string | undefined, own?: string): PartSource | undefined {
  if (definition === undefined) return undefined;
  const factory = CALL.exec(definition)?.groups?.called;
  const usable = (found: PartSource | undefined): PartSource | undefined =>
    [...(found?.imports.values() ?? [])].flat().some((n) => localName(n) === name) ? undefined : found;
  // There are no steps in a call: those are in the function that is called.
  const copied = factory && usable(withFactory(file, definition, factory, own));
  if (copied && !copied.helpers.some((text) => declares(text, name))) return { ...copied, factory };
  return usable(cut(file, definition, { own }));
}

function withFactory(file: string, definition: string, factory: string, own?: string): PartSource | undefined {
  if (statementsIn(textOf(file)).has(factory)) return cut(file, definition, { own, copied: factory });
  const from = importsIn(textOf(file)).find(({ names }) => names.includes(factory))?.module;
  const call = from && cut(file, definition, { own });
  if (!call) return undefined;
  const there = fileBelowModel(new URL(from, new URL(`model/${file}`, PACKAGE_ROOT)));
  const text = there && statementsIn(textOf(there)).get(factory)?.text;
  const called = text && cut(there, unexported(text), { own: factory });
  if (!called) return undefined;
  const imports = new Map([...call.imports].map(([m, names]) => [m, names.filter((n) => n !== factory)]));
  for (const [m, names] of called.imports) imports.set(m, [...new Set([...(imports.get(m) ?? []), ...names])]);
  for (const [m, names] of [...imports]) if (names.length === 0) imports.delete(m);
  const helpers = [...new Set([...call.helpers, ...called.helpers, called.definition])];
  // One name for two things, or a name of the file that is written.
  const names = [...imports.values()].flat().map(localName);
  const clash = names.some((n, i) => names.indexOf(n) !== i || helpers.some((h) => declares(h, n)));
  const twice = helpers.some((h, i) => helpers.some((o, k) => k > i && declares(o, declared(h))));
  return clash || twice ? undefined : { definition, helpers, imports };
}

const declared = (statement: string): string => /^(?:const|function|interface|type) (\w+)/.exec(statement)?.[1] ?? '';
const declares = (statement: string, name: string): boolean => declared(statement) === name;
const unexported = (statement: string): string => statement.replace(/^export /, '');

/** Of a part that was made where a design lists its parts, `dax_load_hole: loadHole({ … }),`: the file and the expression. */
async function inRecord(name: string, part: unknown): Promise<{ file: string; definition: string } | undefined> {
  for (const id of await designIds()) {
    if (partOf(await loadDesign(id), name) !== part) continue;
    const file = `designs/${id}.ts`;
    const lines = textOf(file).split('\n');
    const first = lines.findIndex((l) => new RegExp(`^ +${name}: \\w`).test(l));
    if (first < 0) continue;
    const indent = /^ +/.exec(lines[first]!)![0];
    const after = lines.findIndex((l, i) => i > first && new RegExp(`^(?!${indent} )(?!${indent}[})\\]])`).test(l));
    const text = lines.slice(first, after).map((l) => l.slice(indent.length));
    const expression = text.join('\n').slice(`${name}: `.length).replace(/,$/, '');
    const constant = /^\w+$/.test(expression) && statementsIn(textOf(file)).get(expression)?.text;
    const definition = constant ? asExpression(constant, expression) : `${expression};`;
    return definition === undefined ? undefined : { file, definition };
  }
  return undefined;
}

const textOf = (file: string): string => readFileSync(new URL(`model/${file}`, PACKAGE_ROOT), 'utf8');

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(`model/${folder}/`, PACKAGE_ROOT), { recursive: true, encoding: 'utf8' })
    .map((f) => `${folder}/${f.replaceAll('\\', '/')}`)
    .filter((f) => f.endsWith('.ts'));

/** @param file below model/, e.g. `paths/insert_pfn.ts` */
async function exportsOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  const running = import.meta.url.endsWith('.ts') ? file : file.replace(/ts$/, 'js');
  return (await import(new URL(`../../model/${running}`, import.meta.url).href)) as Record<string, unknown>;
}

interface Cut {
  /** What the definition is called in its file. */
  readonly own?: string | undefined;
  /** What comes along though the file exports it. */
  readonly copied?: string;
}

/** @param definition text of the file: with what it uses there */
function cut(file: string, definition: string, { own, copied }: Cut): PartSource | undefined {
  const source = textOf(file);
  const statements = statementsIn(source);
  // What the file keeps to itself comes along.
  const helpers = new Set<string>();
  const imported = new Set<string>();
  const visit = (text: string): void => {
    for (const [neighbour, statement] of statements) {
      if (neighbour === own || helpers.has(neighbour) || !mentions(text, neighbour)) continue;
      if (statement.exported && neighbour !== copied) imported.add(statement.type ? `type ${neighbour}` : neighbour);
      else {
        helpers.add(neighbour);
        visit(statement.text);
      }
    }
  };
  visit(definition);
  const helperTexts = [...statements].filter(([n]) => helpers.has(n)).map(([, s]) => unexported(s.text));
  const all = [...helperTexts, definition].join('\n');
  const imports = new Map<string, string[]>();
  if (imported.size > 0) imports.set(`faultline/${file.replace(/\.ts$/, '')}`, [...imported]);
  for (const { module, names } of importsIn(source)) {
    const needed = names.filter((n) => mentions(all, localName(n)) && !isParameter(all, localName(n)));
    if (needed.length === 0) continue;
    const specifier = specifierOf(new URL(module, new URL(`model/${file}`, PACKAGE_ROOT)), needed);
    if (!specifier) return undefined;
    imports.set(specifier, [...(imports.get(specifier) ?? []), ...needed]);
  }
  return { definition, helpers: helperTexts, imports };
}

/** Of an import: `type Here`, `page as pageOf`. */
const localName = (imported: string): string => imported.replace(/^type |^.* as /g, '');

/** Whether a text uses an identifier: not in a string or a comment, nor as a property, though `...name` is a use. */
function mentions(text: string, identifier: string): boolean {
  const code = text.replace(STRINGS_AND_COMMENTS, '');
  if (!new RegExp(`(?<!\\w)(?<!(?<!\\.)\\.)${identifier}\\b(?!:)`).test(code)) return false;
  // `({ up, sigbus }) => …` has an `up` of its own; where the imported one is meant as well, it is called.
  const parameter = new RegExp(`\\([\\w, ]*\\{[\\w\\s,]*\\b${identifier}\\b[\\w\\s,]*\\}\\) =>`).test(code);
  return !parameter || new RegExp(`(?<![\\w.])${identifier}\\(`).test(code);
}
const STRINGS_AND_COMMENTS = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\/.*|\/\*[\s\S]*?\*\//g;

/** Whether it names a parameter, as in `(d, here, { up, sigbus }) =>`: what it then means is not the import. */
const isParameter = (text: string, identifier: string): boolean =>
  /^[a-z_]/.test(identifier) && new RegExp(`\\{[^{}()]*\\b${identifier}\\b[^{}()]*\\}\\) =>`).test(text);

interface Statement {
  readonly text: string;
  readonly exported: boolean;
  readonly type: boolean;
}

/** The declarations of a file, by name. A declaration goes on until a line begins in column 1 that does not close it. */
function statementsIn(source: string): Map<string, Statement> {
  const lines = source.split('\n');
  return new Map(
    lines.flatMap((line, first): [string, Statement][] => {
      const m = /^(?<exported>export )?(?<kind>const|function|interface|type) (?<name>\w+)/.exec(line)?.groups;
      if (!m) return [];
      const after = lines.findIndex((l, i) => i > first && /^[^\s})\]]/.test(l));
      const text = lines
        .slice(first, after < 0 ? undefined : after)
        .join('\n')
        .trimEnd();
      return [[m.name!, { text, exported: m.exported !== undefined, type: /interface|type/.test(m.kind!) }]];
    }),
  );
}

/** `export const x: T = (…) => …;`, `export const x = made(…);` or `export function x(…): StateConfig { … }` as an expression's text. */
function asExpression(statement: string, name: string): string | undefined {
  const constant = new RegExp(`^(?:export )?const ${name}[^=]*=(?!>)\\s+(?<definition>\\w*\\([\\s\\S]*;)$`).exec(
    statement,
  );
  if (constant) return constant.groups!.definition;
  const named = new RegExp(
    `^export function ${name}(?<parameters>\\([\\s\\S]*?\\)): StateConfig (?<body>\\{[\\s\\S]*\\})$`,
  );
  const groups = named.exec(statement)?.groups;
  return groups && `${groups.parameters} => ${groups.body};`;
}

function importsIn(source: string): { module: string; names: string[] }[] {
  return [...source.matchAll(/^import (?<types>type )?\{(?<names>[^}]*)\} from '(?<module>[^']+)';/gm)].map((m) => ({
    module: m.groups!.module!,
    names: m
      .groups!.names!.split(',')
      .map((n) => n.trim())
      .filter((n) => n !== '')
      .map((n) => (m.groups!.types && !n.startsWith('type ') ? `type ${n}` : n)),
  }));
}

const pathInPackage = (url: URL): string =>
  fileURLToPath(url).slice(fileURLToPath(PACKAGE_ROOT).length).replaceAll('\\', '/');

const fileBelowModel = (url: URL): string | undefined =>
  /^model\/(?<file>(?:paths|designs)\/.+)$/.exec(pathInPackage(url))?.groups?.file;

/** How a design file names a module of ours; undefined where it cannot. */
function specifierOf(url: URL, names: readonly string[]): string | undefined {
  const path = pathInPackage(url);
  const folder = /^model\/(?<rest>(?:paths|entries|designs)\/.+)\.ts$/.exec(path)?.groups?.rest;
  if (folder) return `faultline/${folder}`;
  const index = readFileSync(new URL('index.ts', PACKAGE_ROOT), 'utf8');
  const line = [...index.matchAll(/^export (?<what>[^;]*?) from '\.\/(?<from>[^']+)';/gm)].find(
    (m) => m.groups!.from === path,
  );
  const what = line?.groups?.what;
  const given = (name: string): boolean =>
    what?.startsWith('*') || new RegExp(`\\b${name.replace(/^type | as .*$/g, '')}\\b`).test(what ?? '');
  return names.every(given) ? 'faultline' : undefined;
}
