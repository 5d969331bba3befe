/** A report with one violation, whose texts the test decides. */
import { DEFAULT_CONFIG } from '../../model/config.ts';
import type { Report } from '../../report/report.ts';
import { madeRun, traceStep } from '../report-fixtures.ts';

export function reportOf(step: string, component: string, damage: string): Report {
  const made = traceStep('T0', 'f', `op0_store ${'state'}`, 'x', { [component]: [damage, step] });
  const trace = [{ ...made, step, lines: [{ text: step, function: 'f' }] }];
  const result = {
    id: 'p',
    verdict: 'violated' as const,
    trace,
    damage,
    initial: { [component]: damage, T0: 'start' },
  };
  const { ends, ...run } = madeRun({}, { properties: [result], config: DEFAULT_CONFIG });
  return {
    version: '0.0.0',
    directory: process.cwd(),
    command: 'verify',
    runs: [run],
    failed: [],
    notRun: [],
    known: ['p'],
    properties: [{ id: 'p', sentence: damage, promisedBy: step }],
    overview: false,
    vacuous: [],
    elsewhere: [],
    coverage: false,
    quiet: false,
    seconds: 0,
    exitCode: 1,
  };
}
