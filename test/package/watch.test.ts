import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installed, install } from './installed.ts';

let user: Installed;
beforeAll(() => {
  user = install();
}, 120_000);
afterAll(() => user?.remove());

const design = (parts: string): string => `
import { defineDesign } from 'faultline';
import base from 'faultline/designs/zero-page-v3';
import { handler } from './handler.ts';
export default defineDesign({ ...base, id: 'mine', parts: { ...base.parts, ${parts} } });
`;
const WITH = "import base from 'faultline/designs/zero-page-v3';\nexport const handler = base.parts.pfn_mkwrite;\n";
const WITHOUT = 'export const handler = null;\n';

/** `verify --watch` as a process, with what it said since the last look. */
function watching(...args: string[]) {
  const main = join(user.folder, 'node_modules/faultline/dist/cli/main.js');
  const child = spawn(process.execPath, [main, 'verify', ...args, '--watch', '--quiet'], { cwd: user.folder });
  let said = '';
  const take = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    /** Waits until it watches (again); what it said till then. */
    async next(): Promise<string> {
      const until = Date.now() + 60_000;
      while (!said.includes('Ctrl-C ends it.\n')) {
        if (Date.now() > until || child.exitCode !== null) throw new Error(`it says no more than: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const all = said;
      said = '';
      return all;
    },
    async interrupt(): Promise<{ code: number | null; said: string }> {
      child.kill('SIGINT');
      return { code: await closed, said };
    },
    closed,
    said: () => said,
  };
}

const ONE = ['--scenario', 'a=block: load a; store a', '--property', 'mtime-on-write'];

it('verifies again when the file or what it imports changes, says what changed, and ends at Ctrl-C', async () => {
  user.write('mine.ts', design('pfn_mkwrite: handler'));
  user.write('handler.ts', WITH);
  const watched = watching('./mine.ts', ...ONE);
  const first = await watched.next();
  expect(first).toContain('holds');
  expect(first).toMatch(/Watching mine\.ts, handler\.ts\. Ctrl-C ends it\./);

  user.write('handler.ts', WITHOUT);
  const second = await watched.next();
  expect(second).toContain('handler.ts changed.\n');
  expect(second).toMatch(
    /Verdicts that changed:\n {2}mtime-on-write {2}holds -> violated {2}a=block: load a; store a\n/,
  );

  user.write('mine.ts', `${design('pfn_mkwrite: handler')}// a comment\n`);
  expect(await watched.next()).toMatch(/mine\.ts changed\.[\s\S]*No verdict changed\.\n/);

  user.write('mine.ts', 'export default {');
  expect(await watched.next()).toMatch(/E_DESIGN_FILE .*mine\.ts:1:\d+[\s\S]*No verdicts: see the error\.\n/);

  // Compared with the last version that had verdicts.
  user.write('mine.ts', design('pfn_mkwrite: base.parts.pfn_mkwrite'));
  expect(await watched.next()).toMatch(/mtime-on-write {2}violated -> holds/);

  const { code, said } = await watched.interrupt();
  expect(said.trim()).toBe('');
  expect(code).toBe(0);
});

it('waits for a file that is broken at first to be mended', async () => {
  user.write('broken.ts', 'export default 1');
  const watched = watching('./broken.ts', ...ONE);
  expect(await watched.next()).toMatch(/^E_DESIGN_FILE .*not an object/);
  user.write('handler.ts', WITH);
  user.write('broken.ts', design('pfn_mkwrite: handler'));
  expect(await watched.next()).toContain('mtime-on-write  (new) -> holds');
  expect((await watched.interrupt()).code).toBe(0);
});

it('ends a run that does not end when it is interrupted', async () => {
  user.write('endless.ts', 'for (;;);');
  const watched = watching('./endless.ts', ...ONE);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const started = Date.now();
  const { code, said } = await watched.interrupt();
  expect(Date.now() - started).toBeLessThan(3000);
  expect(said.trim()).toBe('');
  expect(code).toBe(0);
});

it.each([
  ['without a design file', ['v4.14'], /^E_USAGE: --watch without a design file/],
  ['of a file that is not there', ['./nowhere.ts'], /^E_DESIGN_FILE .*no such file/],
  [
    'with another option that is wrong',
    ['./mine.ts', '--config', 'thb=on'],
    /^E_UNKNOWN_NAME: there is no config "thb"/,
  ],
])('does not watch %s', async (_, args, error) => {
  const watched = watching(...args);
  expect(await watched.closed).toBe(2);
  expect(watched.said()).toMatch(error);
});
