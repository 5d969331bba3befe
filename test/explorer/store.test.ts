/** The visited set and the layout of packed states. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import './seed.ts';
import { type Layout, layoutFor, NONE, StateStore } from '../../explorer/store.ts';

const widths = fc.array(fc.integer({ min: 1, max: 32 }), { maxLength: 40 });

function pack(values: readonly number[], { words, word, shift }: Layout): Uint32Array {
  const packed = new Uint32Array(words);
  for (const [i, v] of values.entries()) packed[word[i]!]! |= v << shift[i]!;
  return packed;
}
const unpack = (packed: Uint32Array, { word, shift, mask }: Layout): number[] =>
  [...mask].map((m, i) => ((packed[word[i]!]! >>> shift[i]!) & m) >>> 0);

describe('layoutFor', () => {
  it('gives every field its width, inside one word, apart from all others', () => {
    fc.assert(
      fc.property(widths, (ws) => {
        const { words, word, shift, mask } = layoutFor(ws);
        const taken = new Set<string>();
        for (const [i, w] of ws.entries()) {
          expect(mask[i]).toBe(2 ** w - 1);
          expect(word[i]).toBeGreaterThanOrEqual(0);
          expect(word[i]).toBeLessThan(words);
          expect(shift[i]! + w).toBeLessThanOrEqual(32);
          for (let bit = shift[i]!; bit < shift[i]! + w; bit++) taken.add(`${word[i]} ${bit}`);
        }
        expect(taken.size).toBe(ws.reduce((sum, w) => sum + w, 0));
      }),
    );
  });

  it('wastes no more than half of the words', () => {
    fc.assert(
      fc.property(widths, (ws) => {
        const bits = ws.reduce((sum, w) => sum + w, 0);
        expect(layoutFor(ws).words).toBeLessThanOrEqual(Math.max(1, Math.ceil(bits / 16)));
      }),
    );
  });

  it('packs and unpacks any values', () => {
    const fields = fc.array(
      fc.integer({ min: 1, max: 32 }).chain((w) => fc.tuple(fc.constant(w), fc.nat({ max: 2 ** Math.min(w, 31) - 1 }))),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fields, (fs) => {
        const layout = layoutFor(fs.map(([w]) => w));
        const values = fs.map(([, v]) => v);
        expect(unpack(pack(values, layout), layout)).toEqual(values);
      }),
    );
    const highest = [32, 31, 1, 16, 16].map((w) => 2 ** w - 1);
    const layout = layoutFor([32, 31, 1, 16, 16]);
    expect(unpack(pack(highest, layout), layout)).toEqual(highest);
  });
});

describe('StateStore', () => {
  it('is a set that remembers order and predecessors', () => {
    const states = fc.integer({ min: 1, max: 4 }).chain((words) =>
      fc.tuple(
        fc.constant(words),
        fc.array(
          fc.array(fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(NONE, 0x80000000)), {
            minLength: words,
            maxLength: words,
          }),
          { maxLength: 200 },
        ),
      ),
    );
    fc.assert(
      fc.property(states, ([words, list]) => {
        const store = new StateStore(words);
        const model = new Map<string, number>();
        const parents: number[] = [];
        for (const s of list) {
          const parent = model.size === 0 ? NONE : model.size - 1;
          const known = model.has(s.join());
          expect(store.add(Uint32Array.from(s), parent)).toBe(known ? -1 : model.size);
          if (!known) {
            model.set(s.join(), model.size);
            parents.push(parent);
          }
        }
        expect(store.count).toBe(model.size);
        const into = new Uint32Array(words);
        for (const [text, i] of model) {
          store.read(i, into);
          expect(into.join()).toBe(text);
          expect(store.parentOf(i)).toBe(parents[i]);
        }
      }),
    );
  });

  it.each([0, 400_000])('keeps states over several chunks and many re-hashings (%i expected)', (expected) => {
    const N = 300_000; // more than one chunk of 2^18
    const store = new StateStore(2, expected);
    const state = new Uint32Array(2);
    // Distinct, not in order, both words varied.
    const make = (i: number) => {
      state[0] = Math.imul(i, 0x9e3779b1);
      state[1] = i & 7;
      return state;
    };
    let wrong = 0;
    for (let i = 0; i < N; i++) if (store.add(make(i), i === 0 ? NONE : i >> 1) !== i) wrong++;
    for (let i = 0; i < N; i++) if (store.add(make(i), 0) !== -1) wrong++;
    const into = new Uint32Array(2);
    for (let i = 0; i < N; i++) {
      store.read(i, into);
      make(i);
      if (into[0] !== state[0] || into[1] !== state[1] || store.parentOf(i) !== (i === 0 ? NONE : i >> 1)) wrong++;
    }
    expect([wrong, store.count]).toEqual([0, N]);
    expect(store.bytes).toBeGreaterThan(N * 4 * 3);
  });
});
