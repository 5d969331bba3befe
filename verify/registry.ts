/** Finds designs, properties, operations and report formats by name: each is one file in its folder, named by its id. */
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultlineError, nearNames, quoted, wrongUsage } from '../explorer/errors.ts';
import type { CostDefinition } from '../model/cost.ts';
import type { Design } from '../model/design.ts';
import { AT_END, CHOICES, ENDS, type Looked, type Observable } from '../model/observable.ts';
import type { Operation } from '../model/operation.ts';
import type { PropertyDefinition } from '../properties/define.ts';
import type { Format, GraphFormat, ModelFormat } from '../report/format.ts';
import { isDesignFile } from './design-file/is-design-file.ts';

const MODULE = /^(?<id>.+)\.(?:ts|js)$/;

/** Ids of the modules in a folder beside this one, in order. Declaration files are no modules. */
function idsIn(folder: string): string[] {
  return readdirSync(new URL(`../${folder}/`, import.meta.url))
    .filter((f) => !f.endsWith('.d.ts'))
    .flatMap((f) => MODULE.exec(f)?.groups?.id ?? [])
    .sort(byVersion);
}

/** `v4.9` before `v4.12`. */
const byVersion = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

const urlOf = (folder: string, id: string): URL => new URL(`../${folder}/${id}.${extension}`, import.meta.url);

async function load<T>(folder: string, id: string): Promise<T> {
  const module = (await import(urlOf(folder, id).href)) as { default: T };
  return module.default;
}

const files = new WeakMap<Design, string>();
const cameFrom = (design: Design, file: string): Design => {
  files.set(design, file);
  return design;
};
/** Absolute path of the file that a design was loaded from; undefined for one that was made in memory. */
export const fileOf = (design: Design): string | undefined => files.get(design);

/** Helpers of the properties, not properties. */
const NOT_PROPERTIES = new Set(['page-cache', 'define', 'monitor', 'mtime-stamps', 'translations']);

/** Ids of the built-in designs. */
export const designIds = async (): Promise<string[]> => idsIn('model/designs');
/** Ids of the built-in properties. */
export const propertyIds = async (): Promise<string[]> => idsIn('properties').filter((id) => !NOT_PROPERTIES.has(id));

/**
 * Loads a design.
 * @param idOrFile a built-in design's id, or a path to a module whose default export is a design
 * @throws FaultlineError E_UNKNOWN_NAME, E_DESIGN_FILE
 */
export async function loadDesign(idOrFile: string): Promise<Design> {
  const ids = await designIds();
  if (typeof idOrFile !== 'string') {
    throw wrongUsage(`a design is not loaded by ${typeof idOrFile}`, 'Give an id or a path.');
  }
  if (ids.includes(idOrFile)) {
    const design = await load<Design>('model/designs', idOrFile);
    return cameFrom(design, fileURLToPath(urlOf('model/designs', idOrFile)));
  }
  if (isDesignFile(idOrFile)) {
    const { loadDesignFile } = await import('./design-file/load.ts');
    const designs = await Promise.all(ids.map((id) => load<Design>('model/designs', id)));
    const design = await loadDesignFile(idOrFile, { designs, properties: await propertyIds() });
    return cameFrom(design, resolve(idOrFile));
  }
  throw new FaultlineError(
    'E_UNKNOWN_NAME',
    `there is no design ${quoted(idOrFile)}`,
    `${fileMeant(idOrFile) ?? nearNames(idOrFile, ids, 'faultline list designs')} A file is given by its path.`,
  );
}

/** Where the extension and the `./` were left out. */
function fileMeant(name: string): string | undefined {
  const file = ['ts', 'mts', 'js', 'mjs'].map((e) => `${name}.${e}`).find((f) => existsSync(f));
  return file && `Did you mean the file ./${file}?`;
}

export const noProperty = (id: string, known: readonly string[]): FaultlineError =>
  new FaultlineError(
    'E_UNKNOWN_NAME',
    `there is no property ${quoted(id)}`,
    nearNames(id, known, 'faultline list properties'),
  );

/**
 * @param ids undefined: all
 * @param own properties of the design's file or the caller's own, which can be named as well
 * @throws FaultlineError E_UNKNOWN_NAME
 */
export async function loadProperties(
  ids?: readonly string[],
  own: readonly PropertyDefinition[] = [],
): Promise<PropertyDefinition[]> {
  const known = [...(await propertyIds()), ...own.map((p) => p.id)];
  for (const id of ids ?? []) {
    if (!known.includes(id)) throw noProperty(id, known);
  }
  return Promise.all(
    (ids ?? known).map((id) => own.find((p) => p.id === id) ?? load<PropertyDefinition>('properties', id)),
  );
}

export const describeProperties = async (): Promise<PropertyDefinition[]> => loadProperties();

let known: Promise<ReadonlyMap<string, Operation>> | undefined;
/** Every operation by name. */
export function operationMap(): Promise<ReadonlyMap<string, Operation>> {
  known ??= Promise.all(idsIn('model/operations').map((id) => load<Operation>('model/operations', id))).then(
    (all) => new Map(all.map((o) => [o.name, o])),
  );
  return known;
}
export const operations = async (): Promise<Operation[]> => [...(await operationMap()).values()];

const OBSERVABLES = 'model/observables';
/** What `equiv` can look at: the observables, names for several of them, and `ends`. */
export const allObservables = async (): Promise<Pick<Observable, 'id' | 'what' | 'byDefault'>[]> => [
  ...(await Promise.all(idsIn(OBSERVABLES).map((id) => load<Observable>(OBSERVABLES, id)))),
  ...CHOICES.map(({ id, what, of }) => ({ id, what: `${what} (${of.join(',')})`, byDefault: false })),
  {
    id: ENDS,
    what: 'nothing on the way, only what runs end with: of what else is named, or of the default; of one alone: pte@end',
    byDefault: false,
  },
];

/**
 * @param ids what to observe, as `--observe` names it: `pte`, `pte@end`, `user`, and `ends` perhaps among them; undefined, or
 * `ends` alone: what is observed by default. What is named both ways is seen on the way.
 * @throws FaultlineError E_UNKNOWN_NAME
 */
export async function loadObservables(ids: readonly string[] = []): Promise<Looked[]> {
  const known = idsIn(OBSERVABLES);
  const named = ids.flatMap((id) => CHOICES.find((c) => c.id === id)?.of ?? [id]);
  for (const name of named) {
    const id = name.endsWith(AT_END) ? name.slice(0, -AT_END.length) : name;
    if (name === ENDS || known.includes(id)) continue;
    const all = [...known, ...CHOICES.map((c) => c.id), ENDS];
    throw new FaultlineError('E_UNKNOWN_NAME', `there is no observable ${quoted(name)}`, nearNames(id, all));
  }
  const all = await Promise.all(known.map((id) => load<Observable>(OBSERVABLES, id)));
  const endsOnly = named.includes(ENDS);
  const looked = all.flatMap((observable): Looked[] => {
    const onTheWay = named.includes(observable.id);
    if (!onTheWay && !named.includes(`${observable.id}${AT_END}`)) return [];
    return [{ observable, atEnd: endsOnly || !onTheWay }];
  });
  if (looked.length > 0) return looked;
  return all.filter((o) => o.byDefault).map((observable) => ({ observable, atEnd: endsOnly }));
}

const FORMATS = 'report/formats';
const GRAPH_FORMATS = 'report/graphs';
const MODEL_FORMATS = 'report/models';
export const formatIds = async (): Promise<string[]> => idsIn(FORMATS);
export const graphFormatIds = async (): Promise<string[]> => idsIn(GRAPH_FORMATS);
export const modelFormatIds = async (): Promise<string[]> => idsIn(MODEL_FORMATS);

/** @throws FaultlineError E_UNKNOWN_NAME */
export const loadFormat = (id: string): Promise<Format> => loadKnown<Format>('format', FORMATS, id);
/** @throws FaultlineError E_UNKNOWN_NAME */
export const loadGraphFormat = (id: string): Promise<GraphFormat> =>
  loadKnown<GraphFormat>('graph format', GRAPH_FORMATS, id);
/** @throws FaultlineError E_UNKNOWN_NAME */
export const loadModelFormat = (id: string): Promise<ModelFormat> =>
  loadKnown<ModelFormat>('model format', MODEL_FORMATS, id);

async function loadKnown<T>(what: string, folder: string, id: string): Promise<T> {
  const known = idsIn(folder);
  if (!known.includes(id)) {
    throw new FaultlineError('E_UNKNOWN_NAME', `there is no ${what} ${quoted(id)}`, nearNames(id, known));
  }
  return load<T>(folder, id);
}

/** What an operation can cost, in the order of tables. */
export const loadCosts = async (): Promise<CostDefinition[]> => {
  const all = await Promise.all(idsIn('model/costs').map((id) => load<CostDefinition>('model/costs', id)));
  return all.sort((a, b) => a.order - b.order);
};
