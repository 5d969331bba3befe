/** The options of `faultline equiv`. */
import type { Command } from 'commander';
import type { EquivFlags } from '../equiv-request.ts';
import { type CommandContext, collect } from './context.ts';

export function addEquiv(program: Command, { io, load, finish }: CommandContext): void {
  program
    .command('equiv <DESIGN|FILE> <DESIGN|FILE>')
    .summary('do two designs look the same? if not, the shortest run that only one of them has')
    .description(
      'Whether two designs show the same to an observer in every interleaving of a scenario: the same observations in the ' +
        'same order, and the same ends. Steps that show nothing do not count. If not: the shortest run of one of them that ' +
        'the other cannot follow, and what the other can show in its place.',
    )
    .option('--scenario <NAME|TEXT>', 'in these scenarios, not in the default ones', collect)
    .option('--config <k=v>', 'what the build or machine decides, e.g. block-reuse=none', collect)
    .option(
      '--observe <O,...>',
      'what is seen: faultline list observables; "ends": only what runs end with; pte@end: of this one (default: pte,page,tags,times)',
      collect,
    )
    .option('--max-states <N>', 'end each search after so many states: 500000, 2M')
    .option('--max-memory <SIZE>', 'end each search at so much memory for states: 512M, 2G')
    .option('--json', 'one object of schema faultline.equiv/1, nothing else')
    .option('--quiet', 'the table only, no run')
    .option('--progress', 'progress on stderr also where that is no terminal')
    .addHelpText(
      'after',
      '\nExit codes: 0 the same everywhere; 1 different somewhere; 2 bad usage or a broken design;\n' +
        '3 a limit was hit. Several at once: 2 before 1 before 3.',
    )
    .action(async (first: string, second: string, flags: EquivFlags) => {
      const [{ equivRequest }, { equivCommand }] = await Promise.all([
        import('../equiv-request.ts'),
        import('../equiv.ts'),
      ]);
      finish(await equivCommand(equivRequest([first, second], flags), io, await load()));
    });
}
