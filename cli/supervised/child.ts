/** The process that runs a command with a design file in it. It says everything to its supervisor, and ends when told. */
import { Console } from 'node:console';
import { FaultlineError } from '../../explorer/errors.ts';
import { watchedBy } from '../../explorer/pulse.ts';
import { thrownText } from '../../explorer/thrown.ts';
import type { Run } from '../../report/verdicts.ts';
import { loadedFiles } from '../../verify/design-file/hooks.ts';
import { reportFailure } from '../exit.ts';
import type { Io } from '../io.ts';
import { run } from '../program.ts';
import { setV8Flags } from '../v8-flags.ts';
import type { Message, Start } from './messages.ts';
import { startWatchdog } from './watchdog.ts';

/** How long a single guard, effect or part may take, and the loading of a file. */
const STEP_SECONDS = 10;

// A design file's console.log: not part of the results. Node's own dying words stay on stderr, which is not shown.
globalThis.console = new Console(process.stdout, process.stdout);

setV8Flags();

process.once('message', (start: Start) => {
  // What only waits for an event that never comes must not keep the process alive.
  process.channel?.unref();
  void work(start);
});

async function work({ argv, columns, terminal, errorColumns, debug }: Start): Promise<void> {
  // The design file may put something else in its place.
  const tell = process.send!.bind(process) as (message: Message) => void;
  let runs: readonly Run[] = [];
  const io: Io = {
    out: (text) => tell({ kind: 'out', text }),
    err: {
      write: (text) => tell({ kind: 'err', text }),
      terminal,
      ...(errorColumns !== undefined && { columns: errorColumns }),
    },
    verdicts: (found) => {
      runs = found;
    },
    ...(columns !== undefined && { columns }),
    debug,
  };
  // What comes later does not change what was found.
  let settled = false;
  const finish = (code: number): void => {
    settled = true;
    const verdicts = runs.flatMap(({ design, scenario, properties }) =>
      properties.map(({ id, verdict }) => ({ design, scenario, property: id, verdict })),
    );
    tell({ kind: 'done', code, verdicts, files: loadedFiles() });
  };
  const fail = (message: string, mend: string): void => {
    if (!settled) finish(reportFailure(new FaultlineError('E_DESIGN_FILE', message, mend), io));
  };
  const escaped = (thrown: unknown): void =>
    fail(`something that it started threw: ${thrownText(thrown)}`, 'A design file starts no timers and no promises.');
  process.on('uncaughtException', escaped);
  process.on('unhandledRejection', escaped);
  process.on('beforeExit', () =>
    fail('it is never done loading: it waits for a promise that nobody keeps', 'Look at its top-level `await`s.'),
  );
  // Ctrl-C is the supervisor's business; without one, the watchdog ends this process.
  process.on('SIGINT', () => {});
  watchedBy(startWatchdog(STEP_SECONDS));
  const code = await run(argv, io);
  settled = true;
  // What the thread of the module hooks has to say of loaded files arrives with the next turns of the event loop.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  finish(code);
}
