/** A scenario of the model's language as what sides.c does, and the raw trace that came of it, beside the kernel's design. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTrace } from '../../conform/trace/read.ts';
import { validate } from '../../conform/trace/validate.ts';
import { parseConfig } from '../../model/config.ts';
import { parseScenario, type Scenario } from '../../model/scenario.ts';
import { type TraceRun, traceOutcome, traceText } from '../../report/conform-trace.ts';
import { loadDesign, operationMap } from '../../verify/registry.ts';
import { boot } from './boot.ts';
import { fetchKernel } from './fetch.ts';
import { cacheFolder, requireTools } from './host.ts';
import type { Options } from './options.ts';

/** Kernel functions whose names the model's steps have, in 5.10 to 6.12; a kernel shows those that it has not inlined. */
const TRACED_FUNCTIONS = [
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
  'ext4_break_layouts',
];

export function sidesOf({ pages, processes }: Scenario, rounds = 1): string {
  const position = (page: string | undefined): number => pages.findIndex((p) => p.name === page);
  const spaces = [...new Set(processes.map((p) => p.mm))];
  const lines = [
    `rounds ${rounds}`,
    ...pages.map((p, n) => `page ${n} ${p.initial}`),
    ...processes.flatMap((p) => [
      `space ${spaces.indexOf(p.mm) + 1}`,
      ...p.operations.map((o) => [o.name, o.word ?? (o.page === undefined ? [] : position(o.page))].flat().join(' ')),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param log what the guest printed */
const tracesIn = (log: string): string[] =>
  log
    .replaceAll('\r', '')
    .split('# raw trace\n')
    .slice(1)
    .map((text) => text.slice(0, text.indexOf('# end of trace')));

/** What `conform --trace` would exit with. */
const EXIT = { matches: 0, differs: 1, part: 3 } as const;

/** @returns the exit code @throws FaultlineError for a scenario that is none */
export async function traced(root: string, options: Options, text: string): Promise<number> {
  const { series, fs, times } = options;
  const scenario = parseScenario(text, await operationMap());
  requireTools();
  const kernel = fetchKernel(root, series);
  const { log } = boot(root, { kernel, fs, script: sidesOf(scenario, times), functions: TRACED_FUNCTIONS });
  const file = options.out ?? join(cacheFolder(root, 'traces'), `${kernel.name}-${fs}.txt`);
  const initial = new Map(scenario.pages.map((p, n) => [n, p.initial]));
  const design = await loadDesign(`v${series}`);
  const runs: TraceRun[] = [];
  for (const [n, trace] of tracesIn(log).entries()) {
    const name = n === 0 ? file : `${file}.${n + 1}`;
    writeFileSync(name, trace);
    const found = await validate(design, readTrace(trace, name), name, parseConfig([`fs=${fs}`]), { initial });
    runs.push({ ...found, trace: name });
  }
  const outcomes = runs.map(traceOutcome);
  const outcome = (['differs', 'part'] as const).find((o) => outcomes.includes(o)) ?? 'matches';
  // Of many, what does not match.
  const shown = times === 1 ? runs : runs.filter((r) => traceOutcome(r) !== 'matches');
  console.log(traceText({ runs: shown, exitCode: EXIT[outcome] }, 100, false));
  console.log(`${runs.length} traces, ${outcomes.filter((o) => o === 'matches').length} of them match`);
  return EXIT[outcome];
}
