import { describe, expect, it } from 'vitest';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

const ids = await designIds();

const facts = ({ states, transitions, depth, complete, findings, ends }: Exploration) => ({
  counts: [states, transitions, depth, complete],
  findings,
  ends: ends(),
});

describe('the compiled engine says in every built-in design what the one in plain TypeScript says', () => {
  it.each(ids)('%s', async (id) => {
    const design = await loadDesign(id);
    for (const text of [...SCENARIOS['three-two']!, ...SCENARIOS['store-write']!, ...SCENARIOS['fsync-fsync']!]) {
      const { system } = await prepare(design, text);
      expect(facts(exploreCompiled(system)), text).toEqual(facts(explorePacked(system)));
    }
  });
});
