/** The tables that came with the package: what kernels did that run under `npm run lab`. */
import { readdirSync, readFileSync } from 'node:fs';
import { FaultlineError, quoted } from '../explorer/errors.ts';
import { PACKAGE_ROOT } from '../verify/package-root.ts';
import { parseTable, type Table } from './table.ts';

export interface TableFile {
  /** As it is shown. */
  readonly name: string;
  readonly table: Table;
}

const FOLDER = new URL('lab/conformance/tables/', PACKAGE_ROOT);

/** In order of their kernels' versions. */
export const recordedTables = (): TableFile[] => tablesIn(FOLDER);

/** @param folder ends with a slash */
export const tablesIn = (folder: URL): TableFile[] =>
  readdirSync(folder)
    .filter((f) => f.endsWith('.txt'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => ({ name, table: parseTable(readFileSync(new URL(name, folder), 'utf8')) }));

/** @param file a path, or the name of a recorded table @throws FaultlineError E_RESULT_FILE */
export function readTable(file: string): TableFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    const recorded = recordedTables();
    const named = recorded.find(({ name }) => name === file);
    if (named) return named;
    const names = recorded.map(({ name }) => name).join(', ');
    throw new FaultlineError(
      'E_RESULT_FILE',
      `${quoted(file)} cannot be read`,
      `Give the path of a table, or the name of a recorded one: ${names}.`,
    );
  }
  return { name: file, table: parseTable(text, file) };
}
