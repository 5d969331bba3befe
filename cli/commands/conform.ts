/** The options of `faultline conform`. */
import type { Command } from 'commander';
import type { ConformFlags, TraceFlags } from '../conform-request.ts';
import { type CommandContext, collect } from './context.ts';

export function addConform(program: Command, { io, finish }: CommandContext): void {
  program
    .command('conform [DESIGN|FILE]')
    .summary('does a design do what a running kernel did, operation by operation?')
    .description(
      'Run scenarios that a running kernel was put through, one operation after the other, on a design, and hold beside each ' +
        'other, after every operation, what the caller sees, PTEs and entries of the file, and the faults and tracepoints of ' +
        'fs/dax.c. Without --table: the tables that come with faultline, each beside the design of its kernel. What the ' +
        'model does not have is said, and is never an agreement. With --trace: is there a run of the design in which just ' +
        'the events of a raw trace of ftrace are seen, in their order? If not, what the design allows at the first one ' +
        'that does not match.',
    )
    .option(
      '--table <FILE>',
      'a table of what a kernel did, as lab/ makes them; or the name of a recorded one',
      collect,
    )
    .option('--trace <FILE>', 'a raw trace: `trace` or `trace_pipe` of ftrace, or `trace-cmd report`', collect)
    .option('--file <INODE>', 'of a trace: the file, by the inode of its fs_dax events, where there are several')
    .option('--fd <N>', 'of a trace: a descriptor of the file (else: those that are mapped)', collect)
    .option('--initial <PAGE=STATE>', 'of a trace: how a page begins, as in 0=hole (else: all are tried)', collect)
    .option('--before <PROCESS>', 'of a trace: what ran before it, as in "[mm2] load a"', collect)
    .option(
      '--ignore <FUNCTION>',
      'of a trace: a function whose lines of the function tracer are not compared',
      collect,
    )
    .option('--config <k=v>', "what the build or machine decides (fs: the table's)", collect)
    .option('--json', 'one object of schema faultline.conform/1 (of traces: faultline.trace/1), nothing else')
    .option('--quiet', 'totals and differences only')
    .addHelpText(
      'after',
      '\nExit codes: 0 no difference; 1 something differs; 2 bad usage, a broken design, no table or no trace;\n' +
        '3 nothing could be compared, or a trace in part only.',
    )
    .action(async (design: string | undefined, flags: ConformFlags & TraceFlags) => {
      if (flags.trace) {
        const { traceCommand } = await import('../conform-trace.ts');
        return finish(await traceCommand(design, flags, io));
      }
      const [{ conformRequest }, { conformCommand }] = await Promise.all([
        import('../conform-request.ts'),
        import('../conform.ts'),
      ]);
      finish(await conformCommand(conformRequest(design, flags), io));
    });
}
