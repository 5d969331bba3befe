import { describe, expect, it } from 'vitest';
import { differences, differenceText } from '../report/declared.ts';
import { madeRun } from './report-fixtures.ts';

const names = { scenarios: ['load-store', 'store-store', 'three-two'], properties: ['p', 'q'] };
const compare = (
  expects: Readonly<Record<string, readonly string[]>>,
  found: Readonly<Record<string, Parameters<typeof madeRun>[0]>>,
) =>
  differences(
    { id: 'd1', expects },
    Object.entries(found).map(([scenario, verdicts]) => ({ scenario, run: madeRun(verdicts) })),
    { ...names },
  ).map(differenceText);

describe('what a design declares against what was found', () => {
  it('is silent where they agree', () => {
    expect(
      compare({ p: ['load-store'] }, { 'load-store': { p: 4, q: 'holds' }, 'store-store': { p: 'vacuous' } }),
    ).toEqual([]);
  });
  it('reports a violation that is not declared', () => {
    expect(compare({}, { 'load-store': { p: 4 } })).toEqual([
      'd1: p in load-store: found violated, declared not violated',
    ]);
  });
  it('reports a declared violation that was not found', () => {
    expect(compare({ p: ['load-store'] }, { 'load-store': { p: 'holds' } })).toEqual([
      'd1: p in load-store: found holds, declared violated',
    ]);
  });
  it('counts a name with several texts as violated where one of them is', () => {
    const runs = [{ p: 'holds' } as const, { p: 4 }].map((v) => ({ scenario: 'load-store', run: madeRun(v) }));
    expect(differences({ id: 'd1', expects: { p: ['load-store'] } }, runs, names)).toEqual([]);
    expect(differences({ id: 'd1', expects: {} }, runs, names)).toHaveLength(1);
  });
  it('says nothing of scenarios that did not run and of unknown verdicts', () => {
    expect(compare({ p: ['three-two', 'load-store'] }, { 'load-store': { p: 'unknown' } })).toEqual([]);
  });
  it('reports a declared violation of a property that does not apply', () => {
    const run = madeRun({}, { notApplicable: ['p'] });
    const found = differences({ id: 'd1', expects: { p: ['load-store'] } }, [{ scenario: 'load-store', run }], names);
    expect(found.map((d) => d.found)).toEqual(['n/a']);
  });
  it('reports names that do not exist', () => {
    expect(compare({ p: ['load-stoer'], r: ['load-store'] }, {})).toEqual([
      'd1: p in load-stoer: found no such scenario, declared violated',
      'd1: r in load-store: found no such property, declared violated',
    ]);
  });
});
