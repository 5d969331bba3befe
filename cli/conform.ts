/** `faultline conform`: designs beside what running kernels did. */
import { conform } from '../conform/conform.ts';
import { readTable, recordedTables, type TableFile } from '../conform/recorded.ts';
import { FaultlineError } from '../explorer/errors.ts';
import type { Config } from '../model/config.ts';
import { type ConformRun, conformJson, conformText, outcomeOf } from '../report/conform.ts';
import { WIDTH } from '../report/text.ts';
import { runOn } from '../verify/design-file/run.ts';
import { designIds, loadDesign } from '../verify/registry.ts';
import type { ConformRequest } from './conform-request.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';

/** @returns the exit code @throws FaultlineError for anything wrong with designs, configs or tables */
export async function conformCommand(request: ConformRequest, io: Io): Promise<number> {
  const runs: ConformRun[] = [];
  const skipped: string[] = [];
  for (const file of await tablesOf(request)) {
    const id = request.design ?? (await designOf(file));
    if (id === undefined) {
      skipped.push(`${file.name}: there is no design ${file.table.facts.design}`);
      continue;
    }
    const design = await loadDesign(id);
    const config = configFor(request, file);
    const result = await runOn(id, () => conform(design, file.table, config));
    const { kernel = 'the kernel of the table', fs = config.fs } = file.table.facts;
    runs.push({ ...result, table: file.name, kernel, ...(fs !== config.fs && { tableFs: fs }) });
  }
  const outcome = outcomeOf(runs);
  const code = exitCode({ broken: false, unwanted: outcome === 'differs', unknown: outcome === 'nothing' });
  const told = { runs, skipped, exitCode: code };
  io.out(request.json ? `${conformJson(told)}\n` : conformText(told, io.columns ?? WIDTH, request.quiet));
  return code;
}

/** @throws FaultlineError E_RESULT_FILE where the table is of a filesystem that there is not */
function configFor(request: ConformRequest, { name, table }: TableFile): Config {
  try {
    return request.configOn(table.facts.fs);
  } catch (e) {
    if (!(e instanceof FaultlineError)) throw e;
    throw new FaultlineError('E_RESULT_FILE', e.message, `${e.mend} It is the table's "# fs:".`, { file: name });
  }
}

/** Of the recorded ones those of the design, if one is named that has some; else all. */
async function tablesOf({ design, tables }: ConformRequest): Promise<TableFile[]> {
  if (tables.length > 0) return tables.map(readTable);
  const recorded = recordedTables();
  if (design === undefined) return recorded;
  await loadDesign(design);
  const own = recorded.filter((t) => t.table.facts.design === design);
  if (own.length > 0) return own;
  throw new FaultlineError(
    'E_USAGE',
    `there is no recorded table for ${design}`,
    `Say which: --table FILE, or --table with the name of a recorded one: ${recorded.map((t) => t.name).join(', ')}.`,
  );
}

/** The design that a table is for. */
async function designOf({ name, table: { facts } }: TableFile): Promise<string | undefined> {
  if (facts.design === undefined) {
    throw new FaultlineError('E_USAGE', 'the table names no design', 'Name one: faultline conform v6.1 --table FILE.', {
      file: name,
    });
  }
  return (await designIds()).find((id) => id === facts.design);
}
