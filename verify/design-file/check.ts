/**
 * A design file's exports as data to judge: everything is read once, copied, and compared with what the built-in designs
 * have. What the compiler would have refused is refused here too, since a design file need not be compiled.
 */
import { distance } from 'fastest-levenshtein';
import { FaultlineError, nearNames } from '../../explorer/errors.ts';
import { printable, thrownText } from '../../explorer/thrown.ts';
import type { Design } from '../../model/design.ts';
import { WORDS } from '../../model/parts.ts';

/** Names that are printed, and used in file names. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

export type Fields = Readonly<Record<string, unknown>>;
export type Fail = (message: string, mend: string) => never;

const SHAPE = 'Export it as: export default defineDesign({ id, title, source, facts, parts, expects }).';

export const failIn =
  (file?: string): Fail =>
  (message, mend) => {
    throw new FaultlineError('E_DESIGN_FILE', message, mend, file === undefined ? {} : { file });
  };

/**
 * @param exported the module's default export
 * @param builtIns every built-in design: what has to be there, and what it may be
 * @returns a copy, which later changes of the exported object do not reach
 * @throws FaultlineError E_DESIGN_FILE
 */
export function checkDesign(exported: unknown, builtIns: readonly Design[], fail: Fail): Design {
  if (exported === undefined) fail('it has no default export', SHAPE);
  const design = fieldsOf(exported, 'its default export', fail);
  if (!('id' in design && 'parts' in design && 'facts' in design)) fail('its default export is not a design', SHAPE);
  checkFields(design, builtIns, fail);
  const id = checkId(design.id, 'id', fail);
  if (builtIns.some((d) => d.id === id)) {
    fail(`the id "${id}" is that of a built-in design`, 'Give the design an id of its own.');
  }
  return {
    ...(design as unknown as Design),
    id,
    title: textOf(design.title, 'title', fail),
    source: textOf(design.source, 'source', fail),
    facts: checkFacts(design.facts, builtIns, fail),
    parts: checkParts(design.parts, builtIns, fail),
    ...(design.filesystems !== undefined && {
      filesystems: checkLayers(design.filesystems, Object.keys(design.parts as object), builtIns, fail),
    }),
    expects: checkExpects(design.expects ?? {}, fail),
  };
}

const FIELDS = Object.keys({
  id: true,
  title: true,
  source: true,
  facts: true,
  parts: true,
  rewrite: true,
  filesystems: true,
  expects: true,
} satisfies Record<keyof Required<Design>, true>);

/** A field of one's own is welcome; a part among them, or a field one letter off a known one, would change nothing. */
function checkFields(design: Fields, builtIns: readonly Design[], fail: Fail): void {
  for (const name of Object.keys(design).filter((n) => !FIELDS.includes(n))) {
    if (builtIns.some((d) => Object.hasOwn(d.parts, name))) {
      fail(`${name} is a part, and stands beside the parts`, `Put it into them: parts: { ...base.parts, ${name} }.`);
    }
    if (isNear(name, FIELDS)) fail(`a design has no field ${printable(name)}`, nearNames(name, FIELDS));
  }
}
const isNear = (name: string, known: readonly string[]): boolean => known.some((k) => distance(k, name) <= 2);

/** All fields, inherited ones included: `Object.create(base.parts)` is a way to compose. Each is read once. */
export function fieldsOf(value: unknown, what: string, fail: Fail, mend = SHAPE): Fields {
  if (typeof value !== 'object' || value === null) {
    return fail(`${what} is not an object but ${shown(value)}`, mend);
  }
  const out: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  try {
    for (const key in value) out[key] = (value as Fields)[key];
  } catch (e) {
    fail(`${what} cannot be read: ${thrownText(e)}`, 'Use plain objects, without getters and proxies.');
  }
  return out;
}

export function checkId(value: unknown, what: string, fail: Fail): string {
  if (typeof value === 'string' && ID.test(value)) return value;
  return fail(
    `${what} is ${shown(value)}`,
    'An id has letters, digits, ".", "_" and "-", begins with a letter or digit, and is at most 80 characters long.',
  );
}

export function textOf(value: unknown, what: string, fail: Fail): string {
  return typeof value === 'string' ? printable(value) : fail(`${what} is ${shown(value)}`, 'It is a text of one line.');
}

function checkFacts(value: unknown, builtIns: readonly Design[], fail: Fail): Design['facts'] {
  const facts = fieldsOf(value, 'facts', fail);
  for (const name of inAll(builtIns.map((d) => Object.keys(d.facts)))) {
    const known = builtIns.map((d) => (d.facts as unknown as Fields)[name]);
    if (known.some((k) => typeof k === typeof facts[name])) continue;
    fail(`facts.${name} is ${shown(facts[name])}`, 'Take the facts of the design it is based on: facts: base.facts.');
  }
  const names = [...new Set(builtIns.flatMap((d) => Object.keys(d.facts)))];
  for (const name of Object.keys(facts)) {
    if (!names.includes(name) && isNear(name, names))
      fail(`there is no fact ${printable(name)}`, nearNames(name, names));
  }
  return { ...facts } as unknown as Design['facts'];
}

function checkParts(value: unknown, builtIns: readonly Design[], fail: Fail): Design['parts'] {
  const parts = fieldsOf(value, 'parts', fail);
  const known = new Map<string, Set<string>>();
  for (const { parts: p } of builtIns) {
    for (const [name, part] of Object.entries(p)) known.set(name, (known.get(name) ?? new Set()).add(kindOf(part)));
  }
  const base = 'Take the parts of the design it is based on: parts: { ...base.parts, insert_pfn }.';
  for (const name of inAll(builtIns.map((d) => Object.keys(d.parts)))) {
    if (parts[name] === undefined) fail(`parts.${name} is missing`, base);
  }
  for (const [name, part] of Object.entries(parts)) {
    const kinds = known.get(name);
    if (kinds && !kinds.has(kindOf(part))) {
      fail(`parts.${name} is ${shown(part)}`, `It is a ${[...kinds].join(' or ')} in every built-in design.`);
    }
    // A function of one's own is welcome; one letter off a known one, it replaces nothing.
    if (!kinds && isNear(name, [...known.keys()])) {
      fail(`there is no part ${printable(name)} to replace`, nearNames(name, [...known.keys()]));
    }
    const like = builtIns.map((d) => (d.parts as unknown as Fields)[name]);
    checkValue(`parts.${name}`, name, part, like, fail);
  }
  return { ...parts } as unknown as Design['parts'];
}

/** A part that is a word or an object of a few: what it may be, and which fields it has. @param like what built-in designs have */
function checkValue(at: string, name: string, part: unknown, like: readonly unknown[], fail: Fail): void {
  if (typeof part === 'string' && Object.hasOwn(WORDS, name)) {
    const words = Object.keys(WORDS[name as keyof typeof WORDS]);
    if (!words.includes(part)) fail(`${at} is ${shown(part)}`, nearNames(part, words));
  }
  const [pattern] = like.filter(isRecord);
  if (!pattern || !isRecord(part)) return;
  for (const field of new Set([...Object.keys(pattern), ...Object.keys(part)])) {
    if (kindOf(part[field]) === kindOf(pattern[field])) continue;
    fail(`${at}.${printable(field)} is ${shown(part[field])}`, `It has the fields ${Object.keys(pattern).join(', ')}.`);
  }
}
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** Each layer has parts that a design has, and no others. */
function checkLayers(
  value: unknown,
  own: readonly string[],
  builtIns: readonly Design[],
  fail: Fail,
): Design['filesystems'] {
  const known = [...new Set([...own, ...builtIns.flatMap((d) => Object.keys(d.parts))])];
  const names = [...new Set(builtIns.flatMap((d) => Object.keys(d.filesystems ?? {})))];
  const layers = Object.entries(fieldsOf(value, 'filesystems', fail)).filter(([, layer]) => layer !== undefined);
  return Object.fromEntries(
    layers.map(([fs, layer]) => {
      if (!names.includes(fs)) fail(`there is no filesystem ${printable(fs)}`, nearNames(fs, names));
      const parts = fieldsOf(layer, `filesystems.${fs}`, fail);
      for (const [name, part] of Object.entries(parts)) {
        const at = `filesystems.${fs}.${printable(name)}`;
        if (!known.includes(name)) fail(`${at} replaces no part`, nearNames(name, known));
        const kinds = new Set(
          builtIns.filter((d) => name in d.parts).map((d) => kindOf((d.parts as unknown as Fields)[name])),
        );
        if (kinds.size > 0 && !kinds.has(kindOf(part)))
          fail(`${at} is ${shown(part)}`, `It is a ${[...kinds].join(' or ')} elsewhere.`);
        const like = builtIns.map((d) => (d.parts as unknown as Fields)[name]);
        checkValue(at, name, part, like, fail);
      }
      return [fs, { ...parts }];
    }),
  );
}

function checkExpects(value: unknown, fail: Fail): Design['expects'] {
  const mend = "It is, by property, the default scenarios that violate it: { 'fsync-durable': ['fsync-fsync'] }.";
  return Object.fromEntries(
    Object.entries(fieldsOf(value, 'expects', fail)).map(([property, scenarios]): [string, readonly string[]] => {
      if (!Array.isArray(scenarios) || !scenarios.every((s) => typeof s === 'string')) {
        fail(`expects.${printable(property)} is ${shown(scenarios)}`, mend);
      }
      return [property, [...(scenarios as string[])]];
    }),
  );
}

/** What is declared of a property or scenario that there is not would be compared with nothing, or in some runs only. */
export function checkDeclared(
  expects: Design['expects'],
  properties: readonly string[],
  scenarios: readonly string[],
  fail: Fail,
): void {
  for (const [property, names] of Object.entries(expects)) {
    if (!properties.includes(property)) {
      const mend = `${nearNames(property, properties, 'faultline list properties')} One of your own is exported beside the design: export const properties = [ … ].`;
      fail(`expects: there is no property "${printable(property)}"`, mend);
    }
    for (const name of names) {
      if (scenarios.includes(name)) continue;
      fail(
        `expects.${property}: there is no default scenario "${printable(name)}"`,
        `${nearNames(name, scenarios)} Only default scenarios are declared.`,
      );
    }
  }
}

const inAll = (lists: readonly (readonly string[])[]): readonly string[] =>
  (lists[0] ?? []).filter((name) => lists.every((l) => l.includes(name)));

const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);

/** What a value is, in words that are safe to print. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `"${printable(value)}"`;
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : printable(String(value));
}
