/** The options of `faultline verify`. */
import type { Command } from 'commander';
import type { VerifyFlags } from '../request.ts';
import { type CommandContext, collect } from './context.ts';

export function addVerify(program: Command, { io, load, finish }: CommandContext): void {
  program
    .command('verify [DESIGN|FILE...]')
    .summary('explore designs under every interleaving (without arguments: all of them, as declared?)')
    .description(
      'Explore designs in scenarios; without a name: all built-in designs in all default scenarios. Where neither a ' +
        'scenario nor a property nor a config is named, the verdicts are compared with those that each design declares ' +
        '(its expects): a difference in either direction fails, a declared violation does not. Else a violation fails.',
    )
    .optionsGroup('What to explore:')
    .option('--scenario <NAME|TEXT>', "a default scenario, or a text: 'a=hole: load a; store a || write a'", collect)
    .option('--property <ID>', 'check this property only; "none": the bare model', collect)
    .option('--config <k=v>', 'what the build or machine decides, e.g. block-reuse=none', collect)
    .option('--with <OP,...>', "a further process per operation in every scenario: 'dropcaches,dontneed a'", collect)
    .optionsGroup('How to explore:')
    .option('--engine <NAME>', 'packed, or interpreter (XState itself: the slow reference)', 'packed')
    .option('--reduce <R,...>', 'store fewer states: merge, symmetry, por; all, or none', 'none')
    .option('--jobs <N>', 'runs side by side, at most one for each core (default: as many)')
    .option('--workers <N>', 'threads that explore in each run, at most one for each core', '1')
    .option('--max-states <N>', 'end after so many states: 500000, 2M')
    .option('--max-memory <SIZE>', 'end at so much memory for states: 512M, 2G (default: 3/4 of what is available)')
    .option('--compact', 'keep a hash of each state only: less memory, and no verdict is ever "holds"')
    .option('--stop', 'end each search at its first violation')
    .option('--watch', 'again whenever the design file changes, or a local file that it imports')
    .optionsGroup('What to print:')
    .option('--coverage', 'what no run took: every alternative of every path, with its reason')
    .option('--json', 'one object of schema faultline.result/1, nothing else')
    .option('--quiet', 'tables and totals only')
    .option('--progress', 'progress on stderr also where that is no terminal')
    .option('--allow-vacuous', 'a property whose premise never happened does not count')
    .option('--format <F>', 'in place of the text: faultline list formats', collect)
    .option('--out <DIR>', 'write one or several --format to files in DIR, beside the text')
    .addHelpText(
      'after',
      '\nExit codes: 0 all as wanted; 1 violated, not as declared, or vacuous; 2 bad usage or a broken design;\n' +
        '3 a limit was hit, so that some verdict is unknown. Several at once: 2 before 1 before 3.',
    )
    .action(async (designs: readonly string[], flags: VerifyFlags) => {
      const [{ verifyRequest }, { verifyCommand }] = await Promise.all([
        import('../request.ts'),
        import('../verify.ts'),
      ]);
      finish(await verifyCommand(verifyRequest(designs, flags), io, await load()));
    });
}
