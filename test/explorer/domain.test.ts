/** Interned locals, and the table of what a list of events does to them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import './seed.ts';
import type { Local } from '../../explorer/component.ts';
import { Domain, grown, Transformer } from '../../explorer/domain.ts';
import { initialLocal, referenceStepper, sharedStepper } from '../../explorer/machine.ts';
import { react } from '../../explorer/reaction.ts';
import { type CounterEvent, counter, lock, refusal } from './small.ts';

const local = (n: number) => ({ value: {}, context: { n } });

describe('Domain', () => {
  it('numbers locals by value, in the order in which they come', () => {
    const context = fc.record({ n: fc.nat({ max: 3 }), who: fc.array(fc.constantFrom('T0', 'T1'), { maxLength: 2 }) });
    fc.assert(
      fc.property(fc.array(context), (contexts) => {
        const domain = new Domain('m');
        const order: string[] = [];
        for (const { n, who } of contexts) {
          const key = JSON.stringify([n, who]);
          const at = order.indexOf(key);
          if (at < 0) order.push(key);
          const id = at < 0 ? order.length - 1 : at;
          expect(domain.intern({ value: 'a', context: { n, who } })).toBe(id);
          expect(domain.intern({ value: 'a', context: { who: [...who], n } })).toBe(id);
          expect(domain.locals[id]).toEqual({ value: 'a', context: { n, who } });
        }
        expect(domain.size).toBe(order.length);
      }),
    );
  });

  it('tells the state from the context', () => {
    const domain = new Domain('m');
    expect(domain.intern({ value: 'a', context: {} })).toBe(0);
    expect(domain.intern({ value: { a: 'b' }, context: {} })).toBe(1);
    expect(domain.intern({ value: 'a', context: { b: 1 } })).toBe(2);
  });
});

describe('Transformer', () => {
  const event: fc.Arbitrary<CounterEvent> = fc.oneof(
    fc.constant({ type: 'INC' as const }),
    fc.record({ type: fc.constant('SET' as const), n: fc.nat({ max: 30 }) }),
  );
  it('does to every local what XState does, one event after the other', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 4 }), fc.array(fc.nat({ max: 40 })), (events, numbers) => {
        const domain = new Domain('counter');
        const t = new Transformer(domain, counter, events, sharedStepper);
        for (const n of numbers) {
          const from = domain.intern(local(n));
          const to = t.fill(from);
          expect(t.table[from]).toBe(to);
          const expected = events.reduce<Local>((l, e) => react(counter, l, e, referenceStepper), local(n));
          expect(domain.locals[to]).toEqual(expected);
        }
      }),
    );
  });

  it('refuses an unhandled event at the event of the list where it happens', () => {
    const domain = new Domain('lock');
    const free = domain.intern(initialLocal(lock.machine));
    const t = new Transformer(domain, lock, [{ type: 'LOCK' }, { type: 'UNLOCK' }, { type: 'UNLOCK' }], sharedStepper);
    const e = refusal(() => t.fill(free));
    expect([e.code, e.place]).toEqual(['E_UNHANDLED', { machine: 'lock', state: 'free' }]);
  });
});

it('grown: at least doubles, keeps what was there and fills the rest', () => {
  expect([...grown(Int32Array.of(1, 2, 3), 4, -1)]).toEqual([1, 2, 3, -1, -1, -1]);
  expect([...grown(Int32Array.of(1), 5, 7)]).toEqual([1, 7, 7, 7, 7]);
});
