import { describe, expect, it } from 'vitest';
import { matrix } from '../report/matrix.ts';
import { jointVerdict, propertiesOf, vacuousProperties } from '../report/verdicts.ts';
import { madeRun } from './report-fixtures.ts';

describe('the joint verdict of several runs', () => {
  const joint = (...verdicts: Parameters<typeof madeRun>[0][string][]) =>
    jointVerdict(
      verdicts.map((p) => madeRun({ p })),
      'p',
    )?.verdict;

  it('is violated before unknown before holds before vacuous', () => {
    expect(joint('holds', 'unknown', 3, 'vacuous')).toBe('violated');
    expect(joint('holds', 'unknown', 'vacuous')).toBe('unknown');
    expect(joint('vacuous', 'holds')).toBe('holds');
    expect(joint('vacuous', 'vacuous')).toBe('vacuous');
  });
  it('is n/a where it applies in no run, and none where no run knows the property', () => {
    expect(jointVerdict([madeRun({}, { notApplicable: ['p'] })], 'p')?.verdict).toBe('n/a');
    expect(jointVerdict([madeRun({})], 'p')).toBeUndefined();
  });
  it('carries the shortest counterexample, the first of equals', () => {
    const runs = [7, 3, 3].map((n, i) => madeRun({ p: n }, { scenario: `s${i}` }));
    expect(jointVerdict(runs, 'p')?.shortest?.run.scenario).toBe('s1');
  });
});

it('a property is vacuous in an invocation only if it is in every run that checks it', () => {
  const runs = [
    madeRun({ p: 'vacuous', q: 'vacuous', r: 'vacuous' }, { notApplicable: ['s'] }),
    madeRun({ p: 'holds', q: 'vacuous' }, { notApplicable: ['r', 's'] }),
  ];
  expect(vacuousProperties(runs)).toEqual(['q', 'r']);
});

it('properties come in the known order, unknown ones at the end', () => {
  const runs = [madeRun({ z: 'holds', b: 'holds' }, { notApplicable: ['a'] })];
  expect(propertiesOf(runs, ['a', 'b', 'c'])).toEqual(['a', 'b', 'z']);
});

describe('the matrix', () => {
  const rows = [
    {
      label: 'v4.0',
      runs: [madeRun({ 'mtime-on-write': 17, 'no-warn': 'holds' }, { notApplicable: ['zero-page-readonly'] })],
    },
    {
      label: 'zero-page-v3',
      runs: [madeRun({ 'mtime-on-write': 'holds', 'no-warn': 5, 'zero-page-readonly': 'vacuous' })],
      unexpected: new Set(['no-warn']),
    },
    { label: 'limited', runs: [madeRun({ 'no-warn': 'unknown' })] },
  ];
  const properties = ['mtime-on-write', 'no-warn', 'zero-page-readonly'];

  it('shows verdicts, the length of violations, marks what is unexpected and leaves open what did not run', () => {
    expect(`\n${matrix(rows, properties, { corner: 'design', width: 100 }).join('\n')}\n`).toBe(`
              mtime-on-                  zero-page-
design        write        no-warn       readonly
v4.0          violated 17  holds         n/a
zero-page-v3  holds        violated 5 !  vacuous
limited       -            unknown       -
`);
  });

  it('goes on in a further panel where columns do not fit', () => {
    const lines = matrix(rows, properties, { corner: 'design', width: 44 });
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(44);
    expect(lines.filter((l) => l.startsWith('design'))).toHaveLength(2);
    expect(lines.join('\n')).toContain('design        readonly');
  });
});
