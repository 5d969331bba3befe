import { expect, it } from 'vitest';
import type { Verdict } from '../explorer/property.ts';
import { type FoundVerdict, verdictChanges } from '../report/verdict-changes.ts';

const found = (verdict: Verdict, property = 'p', scenario = 's', design = 'd'): FoundVerdict => ({
  design,
  scenario,
  property,
  verdict,
});

it('says nothing where nothing changed, in whatever order', () => {
  const [a, b] = [found('holds'), found('violated', 'q')];
  expect(verdictChanges([a, b], [b, a])).toEqual([]);
});

it('names what changed, what is new and what is gone', () => {
  const before = [found('holds'), found('vacuous', 'gone'), found('holds', 'same')];
  const now = [found('violated'), found('unknown', 'new'), found('holds', 'same')];
  expect(verdictChanges(before, now)).toEqual([
    'p     holds -> violated  s',
    'new   (new) -> unknown   s',
    'gone  vacuous -> (gone)  s',
  ]);
});

it('keeps designs and scenarios apart', () => {
  const before = [found('holds', 'p', 's1'), found('holds', 'p', 's2'), found('holds', 'p', 's1', 'e')];
  const now = [found('holds', 'p', 's1'), found('violated', 'p', 's2'), found('holds', 'p', 's1', 'e')];
  expect(verdictChanges(before, now)).toEqual(['p  holds -> violated  s2']);
});
