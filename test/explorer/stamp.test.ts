/** A compiled core that does not fit the sources is refused: it would count wrongly. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { coreModule } from '../../explorer/core-memory.ts';
import { checkStamp, digestOf, stampOf } from '../../explorer/core-stamp.ts';

const sources = new URL('../../explorer/', import.meta.url);
const wasm = readFileSync(new URL('../../dist/explorer/core.wasm', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'faultline-stamp-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const refused = { code: 'E_BUILD', mend: 'Run `npm run build`.' };

it('the core that the build left is of these sources', () => {
  expect(() => checkStamp(coreModule(), digestOf(sources))).not.toThrow();
});

it('a core of other sources, of none that it names, or for a build that was not finished is refused', () => {
  const module = new WebAssembly.Module(wasm);
  expect(() => checkStamp(module, '0123456789abcdef')).toThrow(expect.objectContaining(refused));
  expect(() => checkStamp(module, '')).toThrow(expect.objectContaining(refused));
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(() => checkStamp(new WebAssembly.Module(empty), digestOf(sources))).toThrow(expect.objectContaining(refused));
  const stamped = new WebAssembly.Module(Uint8Array.from([...empty, ...stampOf('0123456789abcdef')]));
  expect(() => checkStamp(stamped, '0123456789abcdef')).not.toThrow();
});

it.each(['core/search.ts', 'core/quick.ts', 'core-worker.ts', 'worker-signals.ts'])(
  'one character more in %s is another core',
  (name) => {
    const copy = join(folder, name.replaceAll('/', '-'));
    cpSync(sources, copy, { recursive: true });
    const url = pathToFileURL(`${copy}/`);
    expect(digestOf(url)).toBe(digestOf(sources));
    appendFileSync(join(copy, name), ' ');
    expect(digestOf(url)).not.toBe(digestOf(sources));
  },
);
