import { describe, expect, it } from 'vitest';
import { initialState } from '../../explorer/interpreter.ts';
import { takeTurn } from '../../explorer/turns.ts';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

const systemOf = async (scenario: string, ...config: string[]) =>
  (await prepare(await loadDesign('v6.1'), scenario, { config: parseConfig(config), properties: [] })).system;

describe('a turn', () => {
  it('lasts for as long as it is told, and goes on from there', async () => {
    const system = await systemOf('a=hole: load a; store a');
    const first = takeTurn(system, initialState(system), 0, ({ stack }) => stack[0] === 'op0_load');
    expect(first.waits).toBeUndefined();
    expect(first.steps.every((s) => s.facts.stack[0] === 'op0_load')).toBe(true);
    const second = takeTurn(system, first.state, 0, () => true);
    expect(second.steps[0]!.before).toBe(first.state);
    expect(second.steps.at(-1)!.taken.result.finished).toBe(true);
  });

  it('is not over where the process waits for one that stands still', async () => {
    const system = await systemOf('a=block: load a || punch a');
    const fault = takeTurn(system, initialState(system), 0, ({ stack }) => !stack.includes('check_size'));
    const punch = takeTurn(system, fault.state, 1, () => true);
    expect(punch.waits?.fn).toBe('ext4_punch_hole');
  });

  it('is no single run where a step has two ends', async () => {
    const system = await systemOf('a=hole: load a', 'errors=on');
    expect(() => takeTurn(system, initialState(system), 0, () => true)).toThrow(
      'in grab_mapping_entry() T0 can go on in two ways',
    );
  });
});
