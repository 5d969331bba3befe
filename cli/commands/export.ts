/** The options of `faultline export`. */
import type { Command } from 'commander';
import type { ExportFlags } from '../export.ts';
import { type CommandContext, collect } from './context.ts';

export function addExport(program: Command, { io, load, finish }: CommandContext): void {
  program
    .command('export <DESIGN|FILE>')
    .summary('the state graph of one design in one scenario, or a model of it for SPIN')
    .description(
      'Export the state graph: every state that exploring finds, every step between two of them, and which of them ' +
        'violate a property. Whole up to 50,000 states; beyond that the part round a counterexample. Or, --to promela, ' +
        'export the system itself for another checker: whole, however large.',
    )
    .option('--scenario <NAME|TEXT>', "a default scenario, or a text: 'a=hole: load a; store a || write a'")
    .option('--to <F>', 'dot, graphml, json, mermaid or promela')
    .option('--shape <S>', 'of promela: table (the default) or processes')
    .option(
      '--property <ID>',
      'with the monitor and the violations of this property only; "none": the bare model, promela\'s default',
      collect,
    )
    .option('--config <k=v>', 'what the build or machine decides, e.g. block-reuse=none', collect)
    .option('--slice <K>', 'only states within K steps of the counterexample of the one --property')
    .option('--max-states <N>', 'end after so many states: 500000, 2M')
    .option('--max-memory <SIZE>', 'end at so much memory for states: 512M, 2G')
    .option('--out <DIR>', 'write to a file in DIR, not to stdout')
    .action(async (design: string, flags: ExportFlags) => {
      const { exportCommand } = await import('../export.ts');
      finish(await exportCommand(design, flags, io, await load()));
    });
}
