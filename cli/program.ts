/** The command line: commands and options as the contract has them. The work is loaded when a command runs. */
import { Command, CommanderError } from 'commander';
import { speechless } from '../explorer/errors.ts';
import { type Backend, loadBackend } from './backend.ts';
import { addCasebook } from './commands/casebook.ts';
import { addCompare } from './commands/compare.ts';
import { addConform } from './commands/conform.ts';
import { collect } from './commands/context.ts';
import { addEquiv } from './commands/equiv.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addNew } from './commands/new.ts';
import { addReplay } from './commands/replay.ts';
import { EXIT, reportFailure } from './exit.ts';
import type { Io } from './io.ts';
import type { VerifyFlags } from './request.ts';
import { TOPICS } from './topics.ts';
import { version } from './version.ts';

/**
 * @param argv arguments after the program's name
 * @returns the exit code; never throws
 */
export async function run(
  argv: readonly string[],
  io: Io,
  load: () => Promise<Backend> = loadBackend,
): Promise<number> {
  let code: number = EXIT.ok;
  const program = commands(io, load, (c) => {
    code = c;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has printed its message; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportFailure(error, io);
  }
}

/** What looks like the other options, and is none. */
const designIsNoOption = (text: string): string =>
  text.replace(
    /(unknown option '--designs?')\n(?:\(Did you mean .*\)\n)?/,
    "$1\n  A design is named without an option: faultline verify v6.12 --scenario 'a=hole: store a'.\n",
  );

function commands(io: Io, load: () => Promise<Backend>, finish: (code: number) => void): Command {
  const program = new Command('faultline')
    .description('Checks page-fault designs of the Linux kernel (DAX and mm) under every interleaving.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err.write(text),
      outputError: (text, write) => write(speechless(designIsNoOption(text.replace(/^error: /, 'E_USAGE: ')))),
      ...(io.columns !== undefined && { getOutHelpWidth: () => io.columns! }),
    })
    // In 80 columns the summaries have 31: wrapped there, not by the terminal.
    .configureHelp({ minWidthToWrap: 24 })
    .showHelpAfterError('  faultline --help shows the commands, faultline COMMAND --help the options of one.');
  addVerify(program, io, load, finish);
  addCompare(program, { io, load, finish });
  addEquiv(program, { io, load, finish });
  addConform(program, { io, load, finish });
  addCasebook(program, { io, load, finish });
  addExplain(program, { io, load, finish });
  addReplay(program, { io, load, finish });
  addExport(program, { io, load, finish });
  addNew(program, { io, load, finish });
  addList(program, io, load, finish);
  for (const command of program.commands) {
    const topics = command.name() === 'list' ? `: ${TOPICS.join(', ')}` : '';
    command.showHelpAfterError(`  faultline ${command.name()} --help shows what it takes${topics}.`);
  }
  return program;
}

function addVerify(program: Command, io: Io, load: () => Promise<Backend>, finish: (code: number) => void): void {
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
      const [{ verifyRequest }, { verifyCommand }] = await Promise.all([import('./request.ts'), import('./verify.ts')]);
      finish(await verifyCommand(verifyRequest(designs, flags), io, await load()));
    });
}

function addList(program: Command, io: Io, load: () => Promise<Backend>, finish: (code: number) => void): void {
  program
    .command('list <TOPIC>')
    .summary('the names that the other commands take')
    .description(`The names that the other commands take. TOPIC: ${TOPICS.join(', ')}.`)
    .option('--json', 'one object of schema faultline.list/1')
    .action(async (topic: string, options: { readonly json?: boolean }) => {
      const { listCommand } = await import('./list.ts');
      finish(await listCommand(topic, options, io, load));
    });
}
