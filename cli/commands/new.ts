/** The options of `faultline new`. */
import type { Command } from 'commander';
import type { NewFlags } from '../new/new.ts';
import type { CommandContext } from './context.ts';

export function addNew(program: Command, { io, finish }: CommandContext): void {
  program
    .command('new <NAME>')
    .summary('a commented design file with its test, to begin a design of your own')
    .description(
      'Write NAME.ts and NAME.test.ts into the current folder: a design that is so far the one it is based on, with the ' +
        'list of what can be replaced, one replaced part as an example, and the verdicts that exploring the base finds.',
    )
    .requiredOption('--from <DESIGN|FILE>', 'the design to begin with: faultline list designs')
    .option('--part <NAME>', 'the part to begin with (default: insert_pfn)')
    .option('--force', 'replace the files where they exist')
    .action(async (name: string, flags: NewFlags) => {
      const { newCommand } = await import('../new/new.ts');
      finish(await newCommand(name, flags, io));
    });
}
