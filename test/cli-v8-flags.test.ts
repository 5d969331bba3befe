import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { v8Flags } from '../cli/v8-flags.ts';

it('this Node knows the flags that the command line sets, so it says nothing about them', () => {
  const flags = v8Flags(process.version);
  const { status, stderr } = spawnSync(process.execPath, [...flags, '--eval', '0'], { encoding: 'utf8', env: {} });
  expect([status, stderr]).toEqual([0, '']);
});

it('no flag is set for a line of Node that nobody has tried', () => {
  expect(v8Flags('v99.0.0')).toEqual([]);
});
