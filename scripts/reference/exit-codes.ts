import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';
import { commandNames, helpOf } from './help.ts';
import { code, page, sentence, table } from './markdown.ts';

export default async function exitCodes(): Promise<string> {
  const rows = await Promise.all(
    (await commandNames()).map(async (name) => {
      const said = /^Exit codes: ([\s\S]*)/m.exec(await helpOf(name))?.[1];
      return [code(name), sentence((said ?? '0 done; 2 bad usage or a broken design').replace(/\s+/g, ' ').trim())];
    }),
  );
  return page(
    'Exit codes and errors',
    '## Exit codes',
    table([['command', 'exit codes'], ...rows]),
    '## Errors',
    'Whatever a user or a design file can do wrong is one error on stderr, exit code 2: a code, the place as far as it is ' +
      'known, what is wrong, and what to do about it.',
    table([['code', 'when'], ...errorCodes()]),
  );
}

/** From the text: types, and the comments beside them, are gone when a program runs. */
function errorCodes(): string[][] {
  const source = readFileSync(new URL('explorer/errors.ts', PACKAGE_ROOT), 'utf8');
  const rows = [...source.matchAll(/^ {2}\| '(E_\w+)';? \/\/ (.+)$/gm)].map((m) => [code(m[1]!), sentence(m[2]!)]);
  const declared = source.match(/^ {2}\| 'E_\w+'/gm)?.length;
  if (rows.length === 0 || rows.length !== declared)
    throw new Error('explorer/errors.ts: an error code without its comment');
  return rows;
}
