/** Canonical JSON: equal values have equal texts, whatever the order in which their keys were written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import './seed.ts';
import { canonical, deepFreeze, sameJson } from '../../explorer/json.ts';

/** JSON values of small alphabets, so that equal ones are frequent. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(null, true, false, 0, 1, -2.5, '', 'a', '1', 'b"'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', '10', '2', '__proto__'), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
}));

/** The same value with the keys of every object written in another order. */
function permuted(v: unknown, order: (keys: string[]) => string[]): unknown {
  if (v === null || typeof v !== 'object') return v;
  if (Array.isArray(v)) return v.map((x) => permuted(x, order));
  return Object.fromEntries(order(Object.keys(v)).map((k) => [k, permuted((v as Record<string, unknown>)[k], order)]));
}

describe('canonical', () => {
  it('is the same for permuted keys', () => {
    fc.assert(
      fc.property(value, fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (v, ranks) => {
        const order = (keys: string[]) =>
          keys
            .map((k, i) => [ranks[i % ranks.length]!, k] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, k]) => k);
        expect(canonical(permuted(v, order))).toBe(canonical(v));
        expect(canonical(permuted(v, (keys) => keys.reverse()))).toBe(canonical(v));
      }),
    );
  });

  it('is JSON of the same value, so that different values have different texts', () => {
    fc.assert(
      fc.property(value, (v) => {
        expect(JSON.parse(canonical(v))).toEqual(v);
      }),
    );
    fc.assert(
      fc.property(value, value, (a, b) => {
        const same = JSON.stringify(permuted(a, (k) => k.sort())) === JSON.stringify(permuted(b, (k) => k.sort()));
        expect(canonical(a) === canonical(b)).toBe(same);
      }),
    );
  });

  it('keeps the order of lists and leaves the value as it was', () => {
    expect(canonical([2, 1])).toBe('[2,1]');
    const v = { b: 1, a: { d: 1, c: [] } };
    expect(canonical(v)).toBe('{"a":{"c":[],"d":1},"b":1}');
    expect(Object.keys(v)).toEqual(['b', 'a']);
  });

  it('takes an absent field and an undefined one as the same', () => {
    expect(canonical({ a: undefined, b: 1 })).toBe(canonical({ b: 1 }));
  });
});

it('deepFreeze: nothing inside can be changed, and it returns what it got', () => {
  fc.assert(
    fc.property(value, (v) => {
      expect(deepFreeze(v)).toBe(v);
      const check = (x: unknown): void => {
        expect(Object.isFrozen(x)).toBe(true);
        if (x !== null && typeof x === 'object') Object.values(x).forEach(check);
      };
      check(v);
    }),
  );
});

describe('sameJson', () => {
  /** With what JSON leaves out or writes as null. */
  const { loose } = fc.letrec<{ loose: unknown }>((tie) => ({
    loose: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom<unknown>(undefined, null, 0, -0, 1, 'a'),
      fc.array(tie('loose'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('loose'), { maxKeys: 2 }),
    ),
  }));

  it('says whether the canonical texts are the same', () => {
    fc.assert(
      fc.property(loose, loose, (a, b) => {
        expect(sameJson(a, b)).toBe(canonical(a) === canonical(b));
        expect(sameJson(a, structuredClone(a))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('leaves out what is undefined, whatever its name, and reads a hole of a list as null', () => {
    expect(sameJson({ a: undefined, b: 1 }, { b: 1, c: undefined })).toBe(true);
    expect(sameJson([undefined], [null])).toBe(true);
    expect(sameJson(new Array(1), [5])).toBe(false);
  });
});
