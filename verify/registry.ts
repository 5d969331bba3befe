/** Finds designs, properties and operations by name: each is one file in its folder, named by its id. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaultlineError, nearNames } from '../explorer/errors.ts';
import type { Design } from '../model/design.ts';
import type { Operation } from '../model/operation.ts';
import type { PropertyDefinition } from '../properties/define.ts';

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

async function load<T>(folder: string, id: string): Promise<T> {
  const module = (await import(new URL(`../${folder}/${id}.${extension}`, import.meta.url).href)) as { default: T };
  return module.default;
}

/** Helpers of the properties, not properties. */
const NOT_PROPERTIES = new Set(['define', 'monitor', 'translations']);

export const designIds = async (): Promise<string[]> => idsIn('model/designs');
export const propertyIds = async (): Promise<string[]> => idsIn('properties').filter((id) => !NOT_PROPERTIES.has(id));

/**
 * @param idOrFile a built-in design's id, or a path to a module whose default export is a design
 * @throws FaultlineError E_UNKNOWN_NAME, E_DESIGN_FILE
 */
export async function loadDesign(idOrFile: string): Promise<Design> {
  const ids = await designIds();
  if (ids.includes(idOrFile)) return load<Design>('model/designs', idOrFile);
  if (/[/\\]|\.[cm]?[jt]s$/.test(idOrFile)) return loadDesignFile(idOrFile);
  throw new FaultlineError(
    'E_UNKNOWN_NAME',
    `there is no design "${idOrFile}"`,
    `${nearNames(idOrFile, ids)} A file is given by its path.`,
  );
}

async function loadDesignFile(file: string): Promise<Design> {
  const place = { file };
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as { default?: unknown };
  } catch (e) {
    if (e instanceof FaultlineError) throw e;
    const text = e instanceof Error ? e.message : String(e);
    throw new FaultlineError(
      'E_DESIGN_FILE',
      `the file cannot be loaded: ${text.split('\n')[0]}`,
      mendFor(text),
      place,
    );
  }
  const design = module.default;
  if (!isDesign(design)) {
    throw new FaultlineError(
      'E_DESIGN_FILE',
      'its default export is not a design',
      'Export it as: export default defineDesign({ id, title, source, facts, parts, expects }).',
      place,
    );
  }
  return design;
}

function mendFor(text: string): string {
  if (/Unknown file extension/.test(text))
    return 'This Node cannot load TypeScript: use Node 22.18 or newer, or compile the file to .js.';
  if (/Cannot find (module|package)/.test(text)) return 'Check the path and the imports of the file.';
  return 'Mend the file.';
}

function isDesign(x: unknown): x is Design {
  const d = x as Partial<Design> | undefined;
  return (
    typeof d === 'object' &&
    d !== null &&
    typeof d.id === 'string' &&
    typeof d.parts === 'object' &&
    typeof d.facts === 'object'
  );
}

/** @throws FaultlineError E_UNKNOWN_NAME */
export async function loadProperties(ids?: readonly string[]): Promise<PropertyDefinition[]> {
  const known = await propertyIds();
  for (const id of ids ?? []) {
    if (!known.includes(id))
      throw new FaultlineError('E_UNKNOWN_NAME', `there is no property "${id}"`, nearNames(id, known));
  }
  return Promise.all((ids ?? known).map((id) => load<PropertyDefinition>('properties', id)));
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
