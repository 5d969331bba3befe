/** Promela's expressions evaluated as JavaScript's: the operators that are used mean the same in both. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { becomes, oneOf } from '../report/promela/expressions.ts';
import { promelaNames } from '../report/promela/names.ts';

const evaluated = (expression: string, x: number): number =>
  Number(new Function('x', `return ${expression.replaceAll('->', '?')};`)(x));

const values = (max: number) => fc.uniqueArray(fc.nat(max), { minLength: 1, maxLength: 40 });

it('a condition is true of its values and false of the others', () => {
  const sets = fc.tuple(values(70), values(70)).map(([a, b]) => [a, b.filter((v) => !a.includes(v))] as const);
  fc.assert(
    fc.property(sets, ([own, others]) => {
      fc.pre(others.length > 0);
      const text = oneOf('x', own, others);
      for (const v of own) expect([text, v, evaluated(text, v)]).toEqual([text, v, 1]);
      for (const v of others) expect([text, v, evaluated(text, v)]).toEqual([text, v, 0]);
    }),
  );
});

it('what a variable becomes is what the map says', () => {
  const maps = fc.oneof(
    fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 1 }),
    fc.array(fc.tuple(fc.nat(70), fc.nat(70)), { minLength: 1 }),
    fc.array(fc.tuple(fc.nat(70), fc.nat(3)), { minLength: 1 }),
    fc.tuple(values(60), fc.nat(20)).map(([from, by]) => from.map((v) => [v, v + by] as [number, number])),
  );
  fc.assert(
    fc.property(maps, (pairs) => {
      const to = new Map(pairs);
      const text = becomes('x', to) ?? 'x';
      for (const [from, image] of to) expect([text, from, evaluated(text, from)]).toEqual([text, from, image]);
    }),
  );
});

it('names are told apart, and none is a keyword of Promela', () => {
  expect(promelaNames(['pte[mm1].a', 'pte[mm1]/a', 'len', 'T0'])).toEqual([
    'fl_pte_mm1_a',
    'fl_pte_mm1_a_2',
    'fl_len',
    'fl_T0',
  ]);
});
