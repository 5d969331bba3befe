/** Loads a design file: a module, TypeScript or not, whose default export is a design. */

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { distance } from 'fastest-levenshtein';
import { FaultlineError, nearNames } from '../../explorer/errors.ts';
import { foreignAsync } from '../../explorer/pulse.ts';
import { thrownText } from '../../explorer/thrown.ts';
import type { Design } from '../../model/design.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { checkDeclared, checkDesign, failIn } from './check.ts';
import { installHooks } from './hooks.ts';
import { changedSince, intrinsics } from './intrinsics.ts';
import { bringProperties, checkProperties } from './properties.ts';

export interface KnownNames {
  readonly designs: readonly Design[];
  /** Ids of the built-in properties. */
  readonly properties: readonly string[];
}

/**
 * @param file as the user wrote it: relative to the current folder
 * @param known what is built in
 * @throws FaultlineError E_DESIGN_FILE; what the file itself throws as a FaultlineError
 */
export async function loadDesignFile(file: string, known: KnownNames): Promise<Design> {
  const fail = failIn(file);
  const path = resolve(file);
  if (!existsSync(path)) fail('there is no such file', 'Check the path; a built-in design is given by its id alone.');
  if (!statSync(path).isFile()) fail('it is not a file', 'Give the path of the module that exports the design.');
  if (!/\.[cm]?[jt]s$/.test(path)) fail('it is no module', 'A design file ends in .ts, .mts, .js or .mjs.');
  installHooks();
  const before = intrinsics();
  let module: { readonly default?: unknown; readonly properties?: unknown };
  try {
    module = await foreignAsync(`loading ${file}`, () => import(pathToFileURL(path).href));
  } catch (e) {
    if (e instanceof FaultlineError) throw e;
    const text = thrownText(e);
    const gone = /\/model\/designs\/(?<id>[^/']+)\.[jt]s'/.exec(text)?.groups?.id;
    if (gone !== undefined) {
      const ids = known.designs.map((d) => d.id);
      fail(`it imports 'faultline/designs/${gone}', which does not exist`, nearNames(gone, ids));
    }
    return fail(`the file cannot be loaded: ${text}`, mendFor(text, e));
  }
  const changed = changedSince(before);
  if (changed !== undefined) {
    fail(`it changes ${changed}, which the checker runs on as well`, 'Leave the built-in objects of JavaScript alone.');
  }
  // Exported as `propertys`, they would not run.
  const misnamed = Object.keys(module).find((name) => distance(name, 'properties') <= 3);
  if (module.properties === undefined && misnamed !== undefined)
    fail(`it exports ${misnamed}`, 'Did you mean properties?');
  const design = checkDesign(module.default, known.designs, fail);
  const own = checkProperties(module.properties, known.properties, fail);
  checkDeclared(design.expects, [...known.properties, ...own.map((p) => p.id)], Object.keys(SCENARIOS), fail);
  bringProperties(design, own);
  return design;
}

function mendFor(text: string, thrown: unknown): string {
  if (/is not supported in strip-only mode/.test(text)) {
    return 'Types are taken off and nothing is compiled: write it in JavaScript (a constant object for an enum, fields for parameter properties).';
  }
  if (/Cannot find (module|package)|is not defined by "exports"/.test(text)) {
    return 'Check the path and the imports of the file.';
  }
  if (/outside a module|require is not defined|Unexpected token 'export'/.test(text)) {
    return 'A design file is an ES module: name it .ts or .mjs.';
  }
  if (/does not provide an export named/.test(text)) return 'Import types with `import type`, and check the name.';
  return thrown instanceof SyntaxError ? 'Mend the syntax.' : 'Mend the file: what it does while it is loaded fails.';
}
