/** The options of `faultline compare`. */
import type { Command } from 'commander';
import type { CompareFlags } from '../compare-request.ts';
import { type CommandContext, collect } from './context.ts';

export function addCompare(program: Command, { io, load, finish }: CommandContext): void {
  program
    .command('compare <DESIGN|FILE...>')
    .summary('designs side by side: verdicts, costs of each operation, counterexamples under one another')
    .description(
      'Compare designs: verdicts of every property, what each operation costs in its best and its worst run (traps, ' +
        'locks, sections, zaps, flushes, allocations), and for each counterexample the first step that another design ' +
        'refuses.',
    )
    .option(
      '--scenario <NAME|TEXT>',
      'judge these scenarios, not the default ones, and count their costs, too',
      collect,
    )
    .option('--property <ID>', 'judge this property only; "none": costs alone', collect)
    .option(
      '--config <k=v,...>',
      'what the build or machine decides; of several values each is a column, of several configs each combination',
      collect,
    )
    .option('--max-states <N>', 'end each search after so many states: 500000, 2M')
    .option('--max-memory <SIZE>', 'end each search at so much memory for states: 512M, 2G')
    .option('--json', 'one object of schema faultline.compare/1, nothing else; explain reads it')
    .option('--format <F>', 'in place of the text: faultline list formats', collect)
    .option('--out <DIR>', 'write one or several --format to files in DIR, beside the text')
    .option('--quiet', 'tables only: no counterexamples under other designs')
    .option('--progress', 'progress on stderr also where that is no terminal')
    .option('--allow-vacuous', 'a property whose premise never happened does not count')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing is violated; 1 something is, or is vacuous; 2 bad usage or a broken design;\n' +
        '3 a limit was hit. Several at once: 2 before 1 before 3.',
    )
    .action(async (designs: readonly string[], flags: CompareFlags) => {
      const [{ compareRequest }, { compareCommand }] = await Promise.all([
        import('../compare-request.ts'),
        import('../compare.ts'),
      ]);
      finish(await compareCommand(compareRequest(designs, flags), io, await load()));
    });
}
