/** Every command that the documentation shows is run, and prints what the page says. `npm run docs` renews the latter. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, install } from '../package/installed.ts';
import { type Block, blocksOf, patched } from './blocks.ts';
import { pages, ROOT, readPage } from './pages.ts';
import { missing, renewed } from './printed.ts';
import { type Printed, Session, type Start } from './session.ts';
import { WRITES } from './stale.ts';

/** Pages whose commands do not begin where the package is installed. */
const STARTS: Readonly<Record<string, Start>> = { 'README.md': 'checkout', 'docs/tutorial.md': 'beside' };
/** What is run in the place of a command that would take too long. */
const IN_PLACE_OF: Readonly<Record<string, string>> = {
  // All designs in all scenarios are what test/model/verdicts.test.ts explores.
  'npm ci && npm start': 'npm ci && npm start -- v4.14',
  // It runs this very test.
  'npm ci && npm test': 'npm ci',
};

/** For a machine with much else to do: alone on it a page takes some seconds. */
const TIME_LIMIT_MS = 600_000;

let user: Installed;
beforeAll(() => {
  user = install();
}, 120_000);
afterAll(() => user?.remove());

describe('every command of the documentation runs, and prints what is shown', () => {
  for (const name of pages.filter((p) => blocksOf(readPage(p)).some((b) => b.kind === 'sh'))) {
    it.concurrent(name, () => followed(name), TIME_LIMIT_MS);
  }
});

it('what a workflow runs is among the commands of its page', () => {
  for (const name of pages) {
    const runs = [...readPage(name).matchAll(/^ *- run: (.+)$/gm)].map((m) => m[1]!);
    const commands = blocksOf(readPage(name)).flatMap((b) => (b.kind === 'sh' ? b.text.split('\n') : []));
    expect(commands, name).toEqual(expect.arrayContaining(runs.filter((r) => r !== 'npm ci')));
  }
});

/** Does what the page says, from its first block to its last. */
async function followed(name: string): Promise<void> {
  const session = new Session(user, STARTS[name] ?? 'installed');
  const changes: { readonly block: Block; readonly text: string }[] = [];
  let printed: Printed | undefined;
  const blocks = blocksOf(readPage(name));
  try {
    // What stands before the first command is printed by none of them.
    for (const block of blocks.slice(blocks.findIndex((b) => b.kind !== 'text'))) {
      const place = `${name}:${block.line}`;
      if (block.kind === 'text') {
        const now: string = printed?.text ?? (session.watching ? (await session.seen()).text : '');
        printed = undefined;
        const text = WRITES ? renewed(block.text, now) : block.text;
        if (text === undefined || missing(text, now) !== undefined) {
          expect.fail(
            `${place}: not what is printed (npm run docs renews it)\n${missing(block.text, now)}\n--- printed:\n${now}`,
          );
        }
        if (text !== block.text) changes.push({ block, text });
      } else {
        printed = await done(block, session, place);
      }
    }
  } finally {
    await session.end();
  }
  if (changes.length > 0) writeFileSync(join(ROOT, name), withTexts(readPage(name), changes));
}

/** @returns what it printed, if it is a command */
async function done(block: Block, session: Session, place: string): Promise<Printed | undefined> {
  const { file = '', exit = '0', watch, any } = block.options;
  if (block.kind === 'file') session.write(file, block.text);
  else if (block.kind === 'diff') session.write(file, patched(session.read(file), block.text));
  else if (watch !== undefined) return session.watch(block.text);
  else if (any !== undefined) {
    for (const command of commandsOf(block)) await ran(command, session, place, [0, 1]);
  } else return ran(commandsOf(block).join('\n'), session, place, [Number(exit)]);
  return undefined;
}

const commandsOf = ({ text }: Block): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => IN_PLACE_OF[line.replace(/ +#.*/, '')] ?? line);

async function ran(commands: string, session: Session, place: string, codes: readonly number[]): Promise<Printed> {
  const printed = await session.run(commands);
  expect(codes, `${place}: the exit code of ${commands}, which printed\n${printed.text}`).toContain(printed.code);
  return printed;
}

function withTexts(page: string, changes: readonly { readonly block: Block; readonly text: string }[]): string {
  const lines = page.split('\n');
  for (const { block, text } of changes.toReversed()) {
    lines.splice(block.line - 1, block.text.split('\n').length - 1, ...text.split('\n').slice(0, -1));
  }
  return lines.join('\n');
}
