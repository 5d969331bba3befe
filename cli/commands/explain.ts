/** The options of `faultline explain`. */
import type { Command } from 'commander';
import type { ExplainFlags } from '../explain.ts';
import { type CommandContext, collect } from './context.ts';

export function addExplain(program: Command, { io, load, finish }: CommandContext): void {
  program
    .command('explain <RESULT>')
    .summary('replay the counterexamples of a stored result, and show them again')
    .description(
      'Replay the counterexamples of a stored result step by step, on the design as it is now, and show them again. One ' +
        'that no longer replays: the step at which it departs, what was expected there and what is possible. RESULT is ' +
        'what verify --json printed, or a file of --format json or itf. It is read as data only.',
    )
    .option('--design <DESIGN|FILE>', 'replay on this design; a design that is not built in is never loaded otherwise')
    .option('--property <ID>', 'the counterexamples of this property only', collect)
    .option('--json', 'one object of schema faultline.result/1, nothing else')
    .option('--format <F>', 'in place of the text: faultline list formats', collect)
    .option('--out <DIR>', 'write one or several --format to files in DIR, beside the text')
    .addHelpText(
      'after',
      '\nExit codes: 0 all replay and violate as stored; 1 one does not any more; 2 bad usage, or no result of ours.',
    )
    .action(async (file: string, flags: ExplainFlags) => {
      const { explainCommand } = await import('../explain.ts');
      finish(await explainCommand(file, flags, io, await load()));
    });
}
