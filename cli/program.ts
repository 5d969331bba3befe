/** The command line: commands and options as the contract has them. The work is loaded when a command runs. */
import { Command, CommanderError } from 'commander';
import { speechless } from '../explorer/errors.ts';
import { type Backend, loadBackend } from './backend.ts';
import { addCasebook } from './commands/casebook.ts';
import { addCompare } from './commands/compare.ts';
import { addConform } from './commands/conform.ts';
import type { CommandContext } from './commands/context.ts';
import { addEquiv } from './commands/equiv.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addList } from './commands/list.ts';
import { addNew } from './commands/new.ts';
import { addReplay } from './commands/replay.ts';
import { addVerify } from './commands/verify.ts';
import { EXIT, reportFailure } from './exit.ts';
import type { Io } from './io.ts';
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
  const finish = (c: number): void => {
    code = c;
  };
  const program = programOf({ io, load, finish });
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

/** In the order of the help. */
const COMMANDS: readonly ((program: Command, context: CommandContext) => void)[] = [
  addVerify,
  addCompare,
  addEquiv,
  addConform,
  addCasebook,
  addExplain,
  addReplay,
  addExport,
  addNew,
  addList,
];

function programOf(context: CommandContext): Command {
  const { io } = context;
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
  for (const add of COMMANDS) add(program, context);
  for (const command of program.commands) {
    const topics = command.name() === 'list' ? `: ${TOPICS.join(', ')}` : '';
    command.showHelpAfterError(`  faultline ${command.name()} --help shows what it takes${topics}.`);
  }
  return program;
}
