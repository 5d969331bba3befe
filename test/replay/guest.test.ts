/** The guest's programs share headers: what one of them changes has to fit the others. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const hasCompiler = spawnSync('gcc', ['--version']).status === 0;
const PROGRAMS = ['replay/guest/steer', 'kernel/guest/daxt', 'kernel/guest/sides', 'kernel/guest/unsparse'];

it.skipIf(!hasCompiler).each(PROGRAMS)('lab/%s.c compiles', (name) => {
  const file = fileURLToPath(new URL(`../../lab/${name}.c`, import.meta.url));
  const { status, stderr } = spawnSync('gcc', ['-fsyntax-only', '-w', file], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
