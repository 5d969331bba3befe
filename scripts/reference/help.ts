/** What the command line says of itself: commander's own help. */
import { run } from '../../cli/program.ts';

/** Wide enough that no description is broken in two words. */
const COLUMNS = 100;

export async function helpOf(...command: readonly string[]): Promise<string> {
  let text = '';
  const sink = { write: () => {}, terminal: false };
  await run([...command, '--help'], {
    out: (t) => {
      text += t;
    },
    err: sink,
    columns: COLUMNS,
    debug: false,
  });
  return text.trimEnd();
}

/** The commands, as the help of the whole lists them. */
export async function commandNames(): Promise<string[]> {
  const [, list = ''] = (await helpOf()).split(/^Commands:$/m);
  return [...list.matchAll(/^ {2}(\w[\w-]*)/gm)].map((m) => m[1]!).filter((name) => name !== 'help');
}
