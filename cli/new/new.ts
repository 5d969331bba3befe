/** `faultline new NAME --from DESIGN`: a commented design file and its test, in the current folder and nowhere else. */
import { lstatSync } from 'node:fs';
import { relative } from 'node:path';
import { FaultlineError, nearNames, quoted, wrongUsage } from '../../explorer/errors.ts';
import { isDesignFile } from '../../verify/design-file/is-design-file.ts';
import { exploredExpects } from '../../verify/explored-expects.ts';
import { designIds, fileOf, loadDesign } from '../../verify/registry.ts';
import { writeFiles } from '../files.ts';
import type { Io } from '../io.ts';
import { partSource } from './part-source.ts';
import { partsOf } from './parts-list.ts';
import { type Draft, designText, testText } from './template.ts';

export interface NewFlags {
  readonly from: string;
  readonly part?: string;
  readonly force?: boolean;
}

/** What is a design's id and a file's name alike, on every system. */
const NAME = /^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/i;
const LONGEST_NAME = 60;
const DEFAULT_PART = 'insert_pfn';

/** @returns the exit code @throws FaultlineError E_USAGE, E_OUTPUT, and what loading and exploring the base throws */
export async function newCommand(name: string, flags: NewFlags, io: Io): Promise<number> {
  await checkName(name);
  const files = [`${name}.ts`, `${name}.test.ts`];
  const there = files.filter((f) => lstatSync(f, { throwIfNoEntry: false }) !== undefined);
  if (there.length > 0 && !flags.force) {
    throw new FaultlineError(
      'E_OUTPUT',
      `there is a ${there.join(' and a ')} already`,
      'Take another name, or --force.',
    );
  }
  const base = await loadDesign(flags.from);
  const parts = await partsOf(base);
  const part = flags.part ?? DEFAULT_PART;
  const facts = parts.find((p) => p.name === part);
  if (!facts || facts.value !== undefined) {
    const functions = parts.filter((p) => p.value === undefined).map((p) => p.name);
    const what = facts
      ? `part ${part} of ${base.id} is ${facts.value}, no function`
      : `${base.id} has no part ${quoted(part)}`;
    throw new FaultlineError('E_UNKNOWN_NAME', what, nearNames(part, functions, 'docs/reference/parts.md'));
  }
  const quiet = !io.err.terminal;
  const explored = await exploredExpects(base, part, (s) => {
    if (!quiet) io.err.write(`\r\u001b[Kexploring ${base.id}: ${s}`);
  });
  if (!quiet) io.err.write('\r\u001b[K');
  const draft: Draft = {
    name,
    base: base.id,
    baseModule: isDesignFile(flags.from) ? relativeModule(fileOf(base)!) : `faultline/designs/${base.id}`,
    parts,
    part,
    source: await partSource(base, part),
    explored,
  };
  const written = writeFiles('.', [
    { name, extension: 'ts', text: designText(draft) },
    { name, extension: 'test.ts', text: testText(draft) },
  ]);
  io.out(`${written.join('\n')}\n`);
  io.err.write(`Next: npx faultline verify ./${name}.ts --watch\n`);
  return 0;
}

async function checkName(name: string): Promise<void> {
  const example = 'For example: faultline new my-fix --from v4.14.';
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    throw wrongUsage(
      `${quoted(name)} is no name for a design`,
      `Letters and digits, with ".", "_" or "-" between them, at most ${LONGEST_NAME}; no folder. ${example}`,
    );
  }
  if (/\.[cm]?[jt]s$|\.test$/i.test(name)) {
    throw wrongUsage(`${quoted(name)} is a file's name`, `Leave the ending out. ${example}`);
  }
  if ((await designIds()).includes(name)) {
    throw wrongUsage(`"${name}" is a built-in design`, `Give the new one a name of its own. ${example}`);
  }
}

/** How a file in the current folder imports another of the user's. */
function relativeModule(file: string): string {
  const path = relative(process.cwd(), file).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
