/** The options of `faultline conform`. */
import type { Command } from 'commander';
import type { ConformFlags } from '../conform-request.ts';
import { type CommandContext, collect } from './context.ts';

export function addConform(program: Command, { io, finish }: CommandContext): void {
  program
    .command('conform [DESIGN|FILE]')
    .summary('does a design do what a running kernel did, operation by operation?')
    .description(
      'Run scenarios that a running kernel was put through, one operation after the other, on a design, and hold beside each ' +
        'other, after every operation, what the caller sees, PTEs and entries of the file, and the faults and tracepoints of ' +
        'fs/dax.c. Without --table: the tables that come with faultline, each beside the design of its kernel. What the ' +
        'model does not have is said, and is never an agreement.',
    )
    .option('--table <FILE>', 'a table of what a kernel did, as lab/ makes them', collect)
    .option('--config <k=v>', "what the build or machine decides (fs: the table's)", collect)
    .option('--json', 'one object of schema faultline.conform/1, nothing else')
    .option('--quiet', 'totals and differences only')
    .addHelpText(
      'after',
      '\nExit codes: 0 no difference; 1 something differs; 2 bad usage, a broken design or no table;\n' +
        '3 nothing could be compared.',
    )
    .action(async (design: string | undefined, flags: ConformFlags) => {
      const [{ conformRequest }, { conformCommand }] = await Promise.all([
        import('../conform-request.ts'),
        import('../conform.ts'),
      ]);
      finish(await conformCommand(conformRequest(design, flags), io));
    });
}
