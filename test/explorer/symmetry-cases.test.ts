/** What is symmetric and what is not, on systems written for it. */

import { describe, expect, it } from 'vitest';
import { assign, createMachine } from 'xstate';
import { type Look, otherwise, step, wait, when } from '../../explorer/chart.ts';
import { defineComponent, selector } from '../../explorer/component.ts';
import { explore } from '../../explorer/explore.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { PropertyInstance } from '../../explorer/property.ts';
import { violated } from '../../explorer/property.ts';
import { checkSymmetry } from '../../explorer/reduce/equivariance.ts';
import { groupOf } from '../../explorer/reduce/renaming.ts';
import { NotSymmetric, Symmetry } from '../../explorer/reduce/symmetry.ts';
import type { Renaming } from '../../explorer/system.ts';
import { System } from '../../explorer/system.ts';
import { Tables } from '../../explorer/tables.ts';
import { replay } from '../../explorer/trace.ts';
import { counter, END, guarded, lock, type Parts, release, SRC, system, take } from './small.ts';

const renaming = (...pairs: readonly (readonly [string, string])[]): Renaming =>
  Object.fromEntries(
    pairs.flatMap(([a, b]) => [
      [a, b],
      [b, a],
    ]),
  );
const next = (copies: number): Renaming[] =>
  Array.from({ length: copies - 1 }, (_, i) => renaming([`T${i}`, `T${i + 1}`]));

/** Explores with and without. */
function both(parts: Parts, renamings: readonly Renaming[]) {
  const made = system(parts);
  const whole = new System({
    components: made.components.flatMap((c) => (c && !c.monitor ? [c] : [])),
    processes: made.processes,
    properties: made.properties,
    renamings: () => renamings,
  });
  const all = explorePacked(whole);
  const reduced = explorePacked(whole, { reduce: { symmetry: true } });
  expect(reduced.ends()).toEqual(all.ends());
  expect(reduced.depth).toBe(all.depth);
  expect(reduced.findings.map((f) => [f.verdict, f.run?.length])).toEqual(
    all.findings.map((f) => [f.verdict, f.run?.length]),
  );
  return { whole, all, reduced, symmetry: reduced.symmetry! };
}

const mutex = lock.ref('mutex');
const c0 = counter.ref('c0');
const c1 = counter.ref('c1');
const inc = (ref: typeof c0, target: string) =>
  guarded(otherwise(target, 'adds one', (s) => s.send(ref, { type: 'INC' })));
const locked = (copies: number) =>
  Array.from({ length: copies }, (_, i) => ({
    get: take(mutex, 'use', [`T${(i + 1) % copies}`]),
    use: inc(c0, 'put'),
    put: release(mutex, 'end'),
    end: END,
  }));
const COMPONENTS = [mutex, c0, c1].map(({ id, kind }) => ({ id, kind }));

interface Adding {
  readonly context: { readonly who: readonly string[] };
  readonly event: { readonly who: string };
}
/** Who has been here, sorted. */
const set = defineComponent<readonly string[], { type: 'ADD'; who: string }>({
  kind: 'set',
  machine: createMachine({
    id: 'set',
    context: { who: [] },
    on: {
      ADD: {
        actions: assign({ who: (({ context, event }: Adding) => [...context.who, event.who].sort()) as never }),
      },
    },
  } as never) as never,
  events: { ADD: true },
  readableIn: ['guarded'],
  writableIn: ['guarded'],
  decode: ({ context }) => (context as { who: string[] }).who,
  show: (v) => v.join(' '),
});
const visitors = set.ref('visitors');

describe('symmetric', () => {
  it('three equal processes: every state for up to six', () => {
    const { all, reduced, symmetry } = both({ components: COMPONENTS, processes: locked(3) }, next(3));
    expect(symmetry).toEqual({ size: 6, renamings: ['T0 <-> T1', 'T1 <-> T2'], refused: [], cut: false });
    expect([all.states, reduced.states]).toEqual([32, 10]);
  });

  it('sets of names, however they are kept: nobody says which strings are names', () => {
    const processes = [0, 1, 2].map((i) => ({
      go: guarded(otherwise('end', 'is here', (s) => s.send(visitors, { type: 'ADD', who: `T${i}` }))),
      end: END,
    }));
    const { all, reduced } = both({ components: [visitors], processes }, next(3));
    expect([all.states, reduced.states]).toEqual([8, 4]);
  });

  it('numbers that tell nothing but who it was', () => {
    const processes = [0, 1].map((i) => ({
      go: guarded(otherwise('end', 'is here', (s) => s.send(c0, { type: 'SET', n: i + 1 }))),
      end: END,
    }));
    const { symmetry } = both({ components: COMPONENTS, processes }, next(2));
    expect(symmetry.size).toBe(2);
  });

  it('processes that ask in one order what the renaming puts into another', () => {
    const processes = [c0, c1].map((own) => ({
      add: inc(own, 'look'),
      look: guarded(
        when((s) => s.read(c0).n > 0 && s.read(c1).n > 0, 'end', 'both'),
        otherwise('end', 'not both', (s) => s.send(own, { type: 'SET', n: 5 })),
      ),
      end: END,
    }));
    const { symmetry, all, reduced } = both({ components: COMPONENTS, processes }, [
      renaming(['T0', 'T1'], ['c0', 'c1']),
    ]);
    expect(symmetry.renamings).toEqual(['T0 <-> T1, c0 <-> c1']);
    expect(reduced.states).toBeLessThan(all.states);
    expect(reduced.taken).toEqual(all.taken);
  });

  it('a property about each process in turn, and its counterexample ends as the finding says', () => {
    const processes = [c0, c1].map((own) => ({ a: inc(own, 'b'), b: inc(own, 'end'), end: END }));
    const property: PropertyInstance = {
      id: 'below-two',
      states: [c0, c1].map((ref) => ({
        name: ref.id,
        judge: (s) => s.read(ref).n < 2 || violated(`${ref.id} is two`),
      })),
    };
    const { whole, reduced, symmetry } = both({ components: COMPONENTS, processes, properties: [property] }, [
      renaming(['T0', 'T1'], ['c0', 'c1']),
    ]);
    expect(symmetry.size).toBe(2);
    const { run, element, damage } = reduced.findings[0]!;
    expect(damage).toBe(`${element} is two`);
    const changed = replay(whole, run!).steps.at(-1)!.changes;
    expect(changed).toEqual({ [element!]: ['1', '2'] });
  });

  it('a property whose name has a word that is renamed', () => {
    const processes = [0, 1].map(() => ({ go: inc(c0, 'end'), end: END }));
    const ref = counter.ref('monitor[T0]');
    const observe = () => [{ type: 'INC' } as const];
    const property: PropertyInstance = { id: 'T0', monitor: { ref: ref as never, kind: counter, observe } };
    const { symmetry } = both({ components: COMPONENTS, processes, properties: [property] }, next(2));
    expect(symmetry.size).toBe(2);
  });

  it('a group of more than 24 is cut, and it is said', () => {
    const { symmetry } = both({ components: COMPONENTS, processes: locked(5) }, next(5));
    expect(symmetry).toMatchObject({ size: 24, cut: true });
  });

  it('longer rounds and renamings of several parts are told in words', () => {
    const round: Renaming = { T0: 'T1', T1: 'T2', T2: 'T0' };
    const { symmetry } = both({ components: COMPONENTS, processes: locked(3) }, [round]);
    expect(symmetry).toMatchObject({ size: 3, renamings: ['T0 -> T1 -> T2 -> T0'] });
  });

  it('the graph is that of all states', () => {
    const { all, reduced } = both({ components: COMPONENTS, processes: locked(3) }, next(3));
    expect(reduced.graph().states).toBe(all.states);
  });
});

describe('not symmetric', () => {
  const refusedOf = (parts: Parts, renamings: readonly Renaming[] = next(2)) => {
    const { symmetry, all, reduced } = both(parts, renamings);
    expect(symmetry.size).toBe(1);
    expect(reduced.reduced).toBeUndefined();
    expect(reduced.states).toBe(all.states);
    return symmetry.refused.map((r) => `${r.renaming}: ${r.because}`);
  };

  it('a process that looks at its own name', () => {
    const processes = ['T0', 'T1'].map((me) => ({
      look: guarded(
        when(
          () => me === 'T0',
          'end',
          'I am the first',
          (s) => s.send(c0, { type: 'INC' }),
        ),
        otherwise('end', 'I am not'),
      ),
      end: END,
    }));
    expect(refusedOf({ components: COMPONENTS, processes })).toEqual(['T0 <-> T1: a state of c0 has two images']);
  });

  it('a process that compares the names of others', () => {
    const first = selector('first', (who: readonly string[]) => who[0] === 'T0');
    const processes = ['T0', 'T1'].map((me) => ({
      go: guarded(otherwise('look', 'is here', (s) => s.send(visitors, { type: 'ADD', who: me }))),
      look: guarded(
        when(
          (s) => s.read(visitors, first),
          'end',
          'T0 was here',
          (s) => s.send(c0, { type: 'INC' }),
        ),
        otherwise('end', 'it was not'),
      ),
      end: END,
    }));
    expect(refusedOf({ components: [visitors, ...COMPONENTS], processes })).toHaveLength(1);
  });

  it('numbers that are compared', () => {
    const processes = [0, 1].map((i) => ({
      go: guarded(otherwise('look', 'is here', (s) => s.send(c0, { type: 'SET', n: i + 1 }))),
      look: guarded(
        when((s) => s.read(c0).n > 1, 'more', 'more than one'),
        otherwise('end', 'not more'),
      ),
      more: inc(c1, 'end'),
      end: END,
    }));
    expect(refusedOf({ components: COMPONENTS, processes })).toHaveLength(1);
  });

  it('one that can do more', () => {
    const go = inc(c0, 'end');
    expect(
      refusedOf({
        components: COMPONENTS,
        processes: [
          { go, end: END },
          { go, end: inc(c0, 'last'), last: END },
        ],
      }),
    ).toEqual(['T0 <-> T1: T1 ends or waits where its image does not']);
  });

  // What every step writes is known from another one: only the check on the tables sees these.
  const tossing = (sides: (first: boolean) => Parts['processes'][number]) =>
    [true, false].map((first) => ({
      toss: guarded(
        when((s) => s.choose('coin', ['head', 'tail']) === 'head', 'later', 'head'),
        otherwise('other', 'tail'),
      ),
      later: guarded(otherwise('go', 'takes longer')),
      ...sides(first),
      other: inc(c0, 'end'),
      end: END,
    }));

  it('a step that leads to another place than its image, which both know', () => {
    const processes = tossing((first) => ({ go: guarded(otherwise(first ? 'other' : 'end', 'on')) }));
    expect(refusedOf({ components: COMPONENTS, processes })).toHaveLength(1);
  });

  it('a step that writes what its image does not, which both write elsewhere', () => {
    const set = (n: number) => guarded(otherwise('end', 'sets', (s) => s.send(c0, { type: 'SET', n })));
    const processes = tossing((first) => ({ go: set(first ? 1 : 0) }));
    expect(refusedOf({ components: COMPONENTS, processes })).toHaveLength(1);
  });

  it('one that waits for the environment', () => {
    const never = () => ({ what: 'nothing', owners: [] });
    const waiting = wait(
      'guarded',
      'fn',
      SRC,
      never,
      when((s) => s.read(c0).n > 5, 'end', 'goes on'),
    );
    const outside = { ...waiting, tags: ['may-block', 'environment'] };
    const deadlock: PropertyInstance = { id: 'deadlock', deadlock: true };
    const processes = [
      { waits: waiting, end: END },
      { waits: outside, end: END },
    ];
    expect(refusedOf({ components: COMPONENTS, processes, properties: [deadlock] })).toHaveLength(1);
  });

  const adding = [0, 1].map(() => ({ go: inc(c0, 'on'), on: inc(c1, 'end'), end: END }));

  it('a property of one process', () => {
    const property: PropertyInstance = {
      id: 'first-before-second',
      step: ({ process, before }) => (process === 'T1' && before(c0).n === 0 ? violated('T1 is first') : undefined),
    };
    expect(refusedOf({ components: COMPONENTS, processes: adding, properties: [property] })).toEqual([
      'T0 <-> T1: a step of T0 is judged otherwise than its image',
    ]);
  });

  it('a property of one component', () => {
    const processes = [c0, c1].map((own) => ({ go: inc(own, 'end'), end: END }));
    const property: PropertyInstance = {
      id: 'c0-stays',
      states: [{ name: 'c0', judge: (s) => s.read(c0).n === 0 || violated('c0 is not nought') }],
    };
    expect(
      refusedOf({ components: COMPONENTS, processes, properties: [property] }, [renaming(['T0', 'T1'], ['c0', 'c1'])]),
    ).toEqual(['T0 <-> T1, c0 <-> c1: c0-stays says something of c0 that it does not say of its image']);
  });

  it('renamings to what does not exist are left out without a word', () => {
    expect(refusedOf({ components: COMPONENTS, processes: adding }, [renaming(['T0', 'T7'], ['c0', 'c9'])])).toEqual(
      [],
    );
  });

  it('only what is not: of three processes two can still be swapped', () => {
    const processes = [...adding, { go: inc(c1, 'on'), on: inc(c0, 'end'), end: END }];
    const { symmetry } = both({ components: COMPONENTS, processes }, next(3));
    expect(symmetry).toMatchObject({ size: 2, renamings: ['T0 <-> T1'] });
    expect(symmetry.refused.length).toBeGreaterThan(0);
  });
});

it('what a process must complete is judged in a search of its own', () => {
  const again = step('guarded', 'fn', SRC, otherwise('again', 'goes round'));
  const property: PropertyInstance = { id: 'ends', completes: () => true };
  const other: PropertyInstance = { id: 'other', neverVacuous: true, deadlock: true };
  const made = system({ components: COMPONENTS, processes: [{ again }, { again }], properties: [property, other] });
  const whole = new System({ ...made, components: [], processes: made.processes, renamings: () => next(2) });
  const found = explore(whole, { reduce: { symmetry: true } });
  expect(found.findings.map((f) => f.verdict)).toEqual(['violated', 'holds']);
  expect(found.symmetry?.size).toBe(2);
});

describe('the check', () => {
  it('sees what only the image of an image does', () => {
    const some = selector('some', ({ n }: { n: number }) => n > 0);
    const more = (target: string) => [
      when((s: Look) => s.read(c0).n > 1, target, 'more than one'),
      otherwise('end', 'one'),
    ];
    const whole = system({
      components: [{ id: 'c0', kind: counter, init: [{ type: 'SET', n: 1 } as never] }],
      processes: [
        { go: guarded(...more('odd')), odd: END, end: END },
        { go: guarded(...more('end')), odd: END, end: END },
        {
          go: guarded(
            when((s) => s.read(c0, some), 'end', 'one or more'),
            otherwise('odd', 'none'),
          ),
          odd: END,
          end: END,
        },
        { go: inc(c0, 'end'), end: END },
      ],
    });
    const tables = new Tables(whole);
    const symmetry = new Symmetry(tables, groupOf(whole, next(3)));
    const vec = tables.initial();
    const child = new Int32Array(vec.length);
    // T2 steps where there is one, and then nobody does: that there may be more is known from T3.
    for (const p of [2, 3]) {
      const leaf = tables.leaves[tables.steps(p, vec)[0]!]!;
      tables.apply(p, leaf, vec, child);
      symmetry.meet(p, 0, leaf, vec, child);
    }
    // T1 does with more what T2 does, and T0 does not do what T1 does.
    expect(() => checkSymmetry(tables, symmetry)).toThrow(NotSymmetric);
  });
});
