/** The options of `faultline replay`. */
import type { Command } from 'commander';
import type { ReplayFlags } from '../replay-request.ts';
import { type CommandContext, collect } from './context.ts';

export function addReplay(program: Command, { io, finish }: CommandContext): void {
  program
    .command('replay <RESULT>')
    .summary('make the counterexamples of a stored result happen on a running kernel')
    .description(
      'Boot a kernel under QEMU with emulated persistent memory, and make the counterexamples of a stored result happen on ' +
        'it: each process runs on a processor of its own, and is held at the functions that the steps name, so that the steps ' +
        'come in their order. After each turn, PTEs, entries and their tags, tracepoints, warnings and what the calls returned ' +
        'are held beside what the model says. Beside each run there is a control: the same calls one after the other, in an order ' +
        'in which the property is not violated. RESULT is what verify --json printed. The kernel is a stock one of the package ' +
        'sources that apt has; it is downloaded once into .lab/ of the current folder.',
    )
    .option('--kernel <SERIES>', 'the kernel: 6.1, 6.12, …', '6.12')
    .option('--property <ID>', 'the counterexamples of this property only', collect)
    .option('--times <N>', 'runs of each, and as many of its control', '6')
    .option('--design <DESIGN|FILE>', 'the model; a design that is not built in is never loaded otherwise')
    .option('--json', 'one object of schema faultline.replay/1, nothing else')
    .addHelpText(
      'after',
      '\nExit codes: 0 all confirmed; 1 something differs from what the model says; 2 bad usage, no result of ours, or no QEMU or\n' +
        'kernel; 3 nothing differs, but some cannot be reached by holds.',
    )
    .action(async (file: string, flags: ReplayFlags) => {
      const [{ replayRequest }, { replayCommand }] = await Promise.all([
        import('../replay-request.ts'),
        import('../replay.ts'),
      ]);
      finish(await replayCommand(replayRequest(file, flags), io));
    });
}
