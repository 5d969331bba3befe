/** A scenario of the model's language as what sides.c does, and the raw trace that came of it, beside the kernel's design. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTrace } from '../../conform/trace/read.ts';
import { validate } from '../../conform/trace/validate.ts';
import { parseConfig } from '../../model/config.ts';
import { parseScenario, type Scenario } from '../../model/scenario.ts';
import { traceOutcome, traceText } from '../../report/conform-trace.ts';
import { loadDesign, operationMap } from '../../verify/registry.ts';
import { boot } from './boot.ts';
import { fetchKernel } from './fetch.ts';
import { cacheFolder, requireTools } from './host.ts';
import type { Options } from './options.ts';

/** Kernel functions whose names the model's steps have, in 5.10 to 6.12; a kernel shows those that it has not inlined. */
export const TRACED_FUNCTIONS = [
  'lock_vma_under_rcu',
  'do_wp_page',
  'ext4_dax_huge_fault',
  'grab_mapping_entry',
  'dax_insert_entry',
  'vmf_insert_mixed',
  'vmf_insert_mixed_mkwrite',
  'dax_unlock_entry',
  'dax_writeback_mapping_range',
  'pfn_mkclean_range',
  'tag_pages_for_writeback',
  'dax_layout_busy_page',
  'ext4_break_layouts',
  'truncate_inode_pages_range',
];

export function sidesOf({ pages, processes }: Scenario): string {
  const position = (page: string | undefined): number => pages.findIndex((p) => p.name === page);
  const spaces = [...new Set(processes.map((p) => p.mm))];
  const lines = [
    ...pages.map((p, n) => `page ${n} ${p.initial}`),
    ...processes.flatMap((p) => [
      `space ${spaces.indexOf(p.mm) + 1}`,
      ...p.operations.map((o) => [o.name, o.word ?? (o.page === undefined ? [] : position(o.page))].flat().join(' ')),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param log what the guest printed */
export function traceIn(log: string): string {
  const lines = log.split(/\r?\n/);
  const begin = lines.indexOf('# raw trace') + 1;
  return `${lines.slice(begin, lines.indexOf('# done tracing')).join('\n')}\n`;
}

/** What `conform --trace` would exit with. */
const EXIT = { matches: 0, differs: 1, part: 3 } as const;

/** @returns the exit code @throws FaultlineError for a scenario that is none */
export async function traced(root: string, { series, fs, out }: Options, text: string): Promise<number> {
  const scenario = parseScenario(text, await operationMap());
  requireTools();
  const kernel = fetchKernel(root, series);
  const { log } = boot(root, { kernel, fs, script: sidesOf(scenario), functions: TRACED_FUNCTIONS });
  const file = out ?? join(cacheFolder(root, 'traces'), `${kernel.name}-${fs}.txt`);
  const trace = traceIn(log);
  writeFileSync(file, trace);
  const initial = new Map(scenario.pages.map((p, n) => [n, p.initial]));
  const design = await loadDesign(`v${series}`);
  const result = await validate(design, readTrace(trace, file), file, parseConfig([`fs=${fs}`]), { initial });
  const exitCode = EXIT[traceOutcome(result)];
  console.log(traceText({ runs: [{ ...result, trace: file }], exitCode }, 100, false));
  return exitCode;
}
