/** A sent event has the fields that its component declares: the check, and what a run says of one that has not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, createMachine } from 'xstate';
import './seed.ts';
import { type Act, otherwise } from '../../explorer/chart.ts';
import { defineComponent } from '../../explorer/component.ts';
import { type Fields, misfit } from '../../explorer/event-fields.ts';
import { END, ENGINES, guarded, refusal, SECTIONS, system } from './small.ts';

interface Point {
  readonly x: number;
  readonly y?: number;
}
type CellEvent =
  | { readonly type: 'PUT'; readonly at: Point | null; readonly by?: string }
  | { readonly type: 'DROP' }
  | { readonly type: 'ANY'; readonly n: number };
const cell = defineComponent<{ n: number }, CellEvent>({
  kind: 'cell',
  machine: createMachine({
    id: 'cell',
    context: { n: 0 },
    on: { PUT: { actions: assign({ n: 1 }) }, DROP: { actions: assign({ n: 0 }) }, ANY: { actions: assign({ n: 1 }) } },
  } as never) as never,
  events: { PUT: { at: { x: true, y: 'optional' }, by: 'optional' }, DROP: {}, ANY: true },
  readableIn: SECTIONS,
  writableIn: SECTIONS,
  decode: ({ context }) => context as unknown as { n: number },
  show: (v) => String(v.n),
});
const c = cell.ref('c');

describe.each(ENGINES)('the %s engine', (_, explore) => {
  const run = (effect: (s: Act) => void) => () =>
    explore(
      system({
        components: [{ id: 'c', kind: cell }],
        processes: [{ a: guarded(otherwise('end', '', effect)), end: END }],
      }),
    );
  const refused = (
    event: object,
    message: string,
    mend: string,
    effect = (s: Act) => s.send(c, event as never),
  ): void => {
    const e = refusal(run(effect));
    expect(e.code).toBe('E_EVENT_NAME');
    expect(e.place).toEqual({ machine: 'cell', state: '0' });
    expect(e.message).toContain(message);
    expect(e.message).toContain('T0/a');
    expect(e.mend).toBe(mend);
  };

  it('takes events with the fields that are declared, of which some may be absent', () => {
    for (const event of [
      { type: 'PUT', at: { x: 1 } },
      { type: 'PUT', at: { x: 1, y: 2 }, by: 'T0' },
      { type: 'PUT', at: null, by: undefined },
      { type: 'DROP' },
      { type: 'DROP', not: undefined },
      { type: 'ANY' },
      { type: 'ANY', whatever: 1 },
    ]) {
      expect(run((s) => s.send(c, event as never))().states).toBe(2);
    }
  });

  it('refuses a misspelt field, and names the one that is meant', () => {
    const says = 'cell receives PUT with a field "att", which is not declared';
    refused({ type: 'PUT', att: { x: 1 } }, says, 'Did you mean at?');
    refused({ type: 'PUT', at: null, byy: 'T0' }, 'a field "byy", which', 'Did you mean by?');
    refused({ type: 'DROP', at: null }, 'cell receives DROP with a field "at", which', 'It has no fields.');
  });

  it('refuses one within the value of a field', () => {
    refused({ type: 'PUT', at: { xx: 1 } }, 'a field "at.xx", which', 'Did you mean x?');
    refused({ type: 'PUT', at: { y: 1 } }, 'no field at.x, or undefined for it', 'Declared: x, y.');
  });

  it('refuses an event without a field, also where its value is undefined', () => {
    const says = 'cell receives PUT with no field at, or undefined for it';
    refused({ type: 'PUT' }, says, 'Declared: at, by.');
    refused({ type: 'PUT', at: undefined, by: 'T0' }, says, 'Declared: at, by.');
  });

  it('refuses it where the component was read before, in the middle of the step', () => {
    const event = { type: 'PUT', att: null };
    refused(event, '"att"', 'Did you mean at?', (s) => {
      if (s.read(c).n === 0) s.send(c, event as never);
    });
  });
});

describe('on random declarations', () => {
  const NAMES = ['a', 'b', 'c', 'd'];
  const { fields } = fc.letrec<{ fields: Fields }>((tie) => ({
    fields: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.oneof({ maxDepth: 3 }, fc.constantFrom('optional' as const, true as const), tie('fields')),
      { maxKeys: 3, noNullPrototype: true },
    ) as fc.Arbitrary<Fields>,
  }));
  /** A value that has the fields; those that may be absent are, by chance. */
  const fittingValue = (declared: Fields): fc.Arbitrary<Record<string, unknown>> => {
    const entries = Object.entries(declared);
    const requiredKeys = entries.flatMap(([name, field]) => (field === 'optional' ? [] : [name]));
    const model = Object.fromEntries(
      entries.map(([name, field]) => [
        name,
        typeof field === 'object' ? fittingValue(field) : fc.constantFrom(null, 0, 'x'),
      ]),
    );
    return fc.record(model, { requiredKeys }) as fc.Arbitrary<Record<string, unknown>>;
  };
  const fitting = fields.chain((declared) => fc.tuple(fc.constant(declared), fittingValue(declared)));

  /** All objects within, with what is declared of each. */
  const within = (value: Record<string, unknown>, declared: Fields): [Record<string, unknown>, Fields][] => [
    [value, declared],
    ...Object.entries(declared).flatMap(([name, field]) =>
      typeof field === 'object' ? within(value[name] as Record<string, unknown>, field) : [],
    ),
  ];

  it('what has the fields fits; with one more, or one less that is needed, it does not', () => {
    let less = 0;
    fc.assert(
      fc.property(fitting, fc.nat(), ([declared, value], n) => {
        expect(misfit({ type: 'E', ...value }, declared)).toBeUndefined();
        const broken = structuredClone(value);
        const all = within(broken, declared);
        const [at, own] = all[n % all.length]!;
        at.e = 1;
        expect(misfit(broken, declared)?.message).toMatch(/^a field "([a-d]\.)*e", which is not declared$/);
        delete at.e;
        expect(misfit(broken, declared)).toBeUndefined();
        const needed = Object.keys(own).filter((name) => own[name] !== 'optional');
        if (needed.length === 0) return;
        less++;
        at[needed[n % needed.length]!] = undefined;
        expect(misfit(broken, declared)?.message).toMatch(/^no field ([a-d]\.)*[a-d], or undefined for it$/);
      }),
      { numRuns: 500 },
    );
    expect(less).toBeGreaterThan(50);
  });
});
