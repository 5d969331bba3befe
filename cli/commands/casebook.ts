/** The options of `faultline casebook`. */
import type { Command } from 'commander';
import type { CasebookFlags } from '../casebook.ts';
import type { CommandContext } from './context.ts';

export function addCasebook(program: Command, { io, finish }: CommandContext): void {
  program
    .command('casebook [ID...]')
    .summary('claims of patch discussions and historical bugs, decided by exploring')
    .description(
      'Decide claims of patch discussions and look for historical bugs, by exploring; without a name: all of them. Each ' +
        'comes with its verdict, the shortest run that shows it, and what was explored. A claim that exploring cannot ' +
        'decide is "undecided", with the reason.',
    )
    .option('--json', 'one object of schema faultline.casebook/1, nothing else')
    .option('--markdown', 'the page docs/claims.md')
    .option('-v, --verbose', 'every answer, and the whole table of each run (as for a case that is named)')
    .option('--jobs <N>', 'cases side by side, at most one for each core (default: as many)')
    .option('--max-states <N>', 'end each search after so many states: 500000, 2M')
    .option('--max-memory <SIZE>', 'end each search at so much memory for states: 512M, 2G')
    .option('--progress', 'progress on stderr also where that is no terminal')
    .addHelpText(
      'after',
      '\nExit codes: 0 all decided, or undecided with a reason; 1 a bug is not found; 2 there is no such case;\n' +
        '3 a limit was hit, so that some case is undecided. Several at once: 2 before 1 before 3.',
    )
    .action(async (ids: readonly string[], flags: CasebookFlags) => {
      const { casebookCommand } = await import('../casebook.ts');
      finish(await casebookCommand(ids, flags, io));
    });
}
