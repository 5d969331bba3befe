/**
 * A part as its author wrote it: the statement's text, cut out of the sources that come with the package, with the
 * imports that it needs. The sources are formatted by one tool, so a statement ends where the next begins in column 1.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Design } from '../../model/design.ts';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';

export interface PartSource {
  /** The definition up to the closing semicolon: `(d, here, ret) =>\n  chart(here, { … });`, or the call that makes it. */
  readonly definition: string;
  /** Declarations that it uses and that its file does not export. */
  readonly helpers: readonly string[];
  /** By module specifier, e.g. `faultline/entries/pte`: the names to import. Types begin with `type `. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
}

/** Below model/. */
const FOLDERS = ['paths', 'designs'];

/** Undefined where the part has no definition of its own (it was made in a design's record), or uses what its file keeps to itself. */
export async function partSource(design: Design, name: string): Promise<PartSource | undefined> {
  const part = (design.parts as unknown as Readonly<Record<string, unknown>>)[name];
  for (const file of FOLDERS.flatMap(filesIn)) {
    const source = readFileSync(new URL(`model/${file}`, PACKAGE_ROOT), 'utf8');
    const exported = await exportsOf(file);
    const own = Object.keys(exported).find((key) => key !== 'default' && exported[key] === part);
    if (!own) continue;
    const found = cut(source, own, file);
    const taken = [...(found?.imports.values() ?? [])].flat().some((n) => localName(n) === name);
    return taken ? undefined : found;
  }
  return undefined;
}

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(`model/${folder}/`, PACKAGE_ROOT), { recursive: true, encoding: 'utf8' })
    .map((f) => `${folder}/${f.replaceAll('\\', '/')}`)
    .filter((f) => f.endsWith('.ts'));

/** @param file below model/, e.g. `paths/insert_pfn.ts` */
async function exportsOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  const running = import.meta.url.endsWith('.ts') ? file : file.replace(/ts$/, 'js');
  return (await import(new URL(`../../model/${running}`, import.meta.url).href)) as Record<string, unknown>;
}

function cut(source: string, name: string, file: string): PartSource | undefined {
  const statements = statementsIn(source);
  const definition = asExpression(statements.get(name)?.text ?? '', name);
  if (definition === undefined) return undefined;
  // What the file keeps to itself comes along.
  const helpers = new Set<string>();
  const imported = new Set<string>();
  const visit = (text: string): void => {
    for (const [neighbour, statement] of statements) {
      if (neighbour === name || helpers.has(neighbour) || !mentions(text, neighbour)) continue;
      if (statement.exported) imported.add(statement.type ? `type ${neighbour}` : neighbour);
      else {
        helpers.add(neighbour);
        visit(statement.text);
      }
    }
  };
  visit(definition);
  const helperTexts = [...statements].filter(([n]) => helpers.has(n)).map(([, s]) => s.text);
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
  new RegExp(`\\{[^{}()]*\\b${identifier}\\b[^{}()]*\\}\\) =>`).test(text);

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
  const constant = new RegExp(`^export const ${name}[^=]*=(?!>)\\s+(?<definition>\\w*\\([\\s\\S]*;)$`).exec(statement);
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

/** How a design file names a module of ours; undefined where it cannot. */
function specifierOf(url: URL, names: readonly string[]): string | undefined {
  const path = fileURLToPath(url).slice(fileURLToPath(PACKAGE_ROOT).length).replaceAll('\\', '/');
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
