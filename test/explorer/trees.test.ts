/**
 * Decision trees: a tree that grew on demand answers as the function that it stands for, and asks it once per case.
 * The functions here are random programs over three slots: reads (whole or by part), choices, and leaves.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import './seed.ts';
import { type Selector, selector } from '../../explorer/component.ts';
import { Heap } from '../../explorer/table-memory.ts';
import { Trees } from '../../explorer/trees.ts';
import type { Ask } from '../../explorer/view.ts';
import { refusal } from './small.ts';

const SLOTS = 3;
const LOCALS = 6;
/** The value of local `n` is `n`, in every slot. */
const numbers = (_slot: number, local: number) => local;
const HALF: Selector<unknown, unknown> = selector('half', (v) => Math.floor((v as number) / 3));
const PARITY: Selector<unknown, unknown> = selector('parity', (v) => ((v as number) % 2 === 0 ? { even: true } : null));
const PARTS = [undefined, HALF, PARITY];

type Program =
  | { readonly leaf: number }
  | { readonly slot: number; readonly part: number; readonly next: readonly Program[] }
  | { readonly label: string; readonly next: readonly Program[] };
const { program } = fc.letrec<{ program: Program }>((tie) => {
  const next = (length: number) => fc.array(tie('program'), { minLength: length, maxLength: length });
  return {
    program: fc.oneof(
      { maxDepth: 4 },
      fc.record({ leaf: fc.nat({ max: 20 }) }),
      fc.record({ slot: fc.nat({ max: SLOTS - 1 }), part: fc.nat({ max: 2 }), next: next(2) }),
      fc.record({ label: fc.constantFrom('p', 'q'), next: fc.integer({ min: 1, max: 3 }).chain(next) }),
    ),
  };
});
const vectors = fc.array(fc.array(fc.nat({ max: LOCALS - 1 }), { minLength: SLOTS, maxLength: SLOTS }), {
  maxLength: 30,
});

/** Runs a program as a step runs: what it asked, in order, and where it ended. `picks` beyond the given are 0. */
function execute(p: Program, vec: ArrayLike<number>, picks: readonly number[]): { trail: Ask[]; leaf: number } {
  const trail: Ask[] = [];
  let choices = 0;
  let at = p;
  while (!('leaf' in at)) {
    if ('label' in at) {
      const picked = picks[choices++] ?? 0;
      const options = at.next.map((_, i) => String(i));
      trail.push({ kind: 'choice', label: at.label, options, picked });
      at = at.next[picked]!;
    } else {
      const part = PARTS[at.part];
      const local = vec[at.slot]!;
      trail.push({ kind: 'read', slot: at.slot, ...(part && { part }) });
      const answer = part ? part.of(local) : local;
      at = at.next[answer === null || answer === 0 || answer === 2 || answer === 4 ? 0 : 1]!;
    }
  }
  return { trail, leaf: at.leaf };
}

/** All outcomes of a program at a state, by plain recursion over the choices. */
function outcomes(p: Program, vec: ArrayLike<number>): { leaf: number; picks: number[] }[] {
  const out: { leaf: number; picks: number[] }[] = [];
  const visit = (picks: number[]): void => {
    const { trail, leaf } = execute(p, vec, picks);
    const open = trail.filter((a) => a.kind === 'choice')[picks.length];
    if (!open) out.push({ leaf, picks });
    else for (let o = 0; o < open.options.length; o++) visit([...picks, o]);
  };
  visit([]);
  return out;
}
const withoutChoice = (p: Program): boolean => 'leaf' in p || (!('label' in p) && p.next.every(withoutChoice));

describe('Trees', () => {
  it('leaves: what the program does at every state, in the order of the choices', () => {
    fc.assert(
      fc.property(fc.array(program, { minLength: 1, maxLength: 3 }), vectors, (programs, states) => {
        const trees = new Trees(numbers);
        const roots = programs.map(() => trees.root());
        for (const state of states) {
          const vec = Int32Array.from(state);
          for (const [i, p] of programs.entries()) {
            trees.leaves(roots[i]!, vec, (picks) => {
              const { trail, leaf } = execute(p, vec, picks);
              return { trail, leaf: () => leaf };
            });
            const expected = outcomes(p, vec);
            expect(trees.found).toEqual(expected.map((o) => o.leaf));
            expect(trees.picks).toEqual(expected.map((o) => o.picks));
          }
        }
      }),
    );
  });

  it('leaf: of a program without choices', () => {
    fc.assert(
      fc.property(program.filter(withoutChoice), vectors, (p, states) => {
        const trees = new Trees(numbers);
        const root = trees.root();
        for (const state of states) {
          const vec = Int32Array.from(state);
          const { trail, leaf } = execute(p, vec, []);
          expect(trees.leaf(root, vec, () => ({ trail, leaf: () => leaf }))).toBe(leaf);
        }
      }),
    );
  });

  it('asks once per case: no run at a state whose answers are known', () => {
    fc.assert(
      fc.property(program, vectors, (p, states) => {
        const trees = new Trees(numbers);
        const root = trees.root();
        const runs = new Set<string>();
        for (const state of [...states, ...states]) {
          const vec = Int32Array.from(state);
          trees.leaves(root, vec, (picks) => {
            const { trail, leaf } = execute(p, vec, picks);
            const answer = (a: Ask) => {
              if (a.kind === 'choice') return a.picked;
              return a.part ? a.part.of(vec[a.slot]) : vec[a.slot];
            };
            const key = JSON.stringify(trail.map(answer));
            expect(runs).not.toContain(key);
            runs.add(key);
            return { trail, leaf: () => leaf };
          });
        }
      }),
    );
  });

  it('a local that differs in nothing the part shows needs no run', () => {
    const trees = new Trees(numbers);
    const root = trees.root();
    let runs = 0;
    const at = (local: number) =>
      trees.leaf(root, Int32Array.of(local), () => {
        runs++;
        return { trail: [{ kind: 'read', slot: 0, part: HALF }], leaf: () => 100 + Math.floor(local / 3) };
      });
    expect([0, 1, 2, 3, 4, 5, 2].map(at)).toEqual([100, 100, 100, 101, 101, 101, 100]);
    expect(runs).toBe(2);
  });

  it('linkAlike: the memory is told of every local that answers as one that was met, and no run is needed', () => {
    fc.assert(
      fc.property(program, vectors, (p, states) => {
        const told = new Map<number, Set<number>>();
        const kid = (node: number, index: number) => void told.set(node, (told.get(node) ?? new Set()).add(index));
        const trees = new Trees(numbers, Object.assign(new Heap(), { kid }));
        const root = trees.root();
        const grow = (state: readonly number[]): void => {
          const vec = Int32Array.from(state);
          trees.leaves(root, vec, (picks) => {
            const { trail, leaf } = execute(p, vec, picks);
            return { trail, leaf: () => leaf };
          });
        };
        let sizes = Array.from({ length: SLOTS }, () => 0);
        for (const [n, state] of states.entries()) {
          grow(state);
          sizes = sizes.map((size, slot) => Math.max(size, state[slot]! + 1));
          if (n % 3 === 0) trees.linkAlike(sizes);
        }
        trees.linkAlike(sizes.map(() => LOCALS));
        const before = JSON.stringify([...told].map(([node, all]) => [node, [...all].sort()]));
        // Whatever a look at any state links now would be a link that was left out.
        for (let state = 0; state < LOCALS ** SLOTS; state++) {
          const vec = Int32Array.from([0, 1, 2], (slot) => Math.floor(state / LOCALS ** slot) % LOCALS);
          trees.leafNode(root, vec);
        }
        expect(JSON.stringify([...told].map(([node, all]) => [node, [...all].sort()]))).toBe(before);
      }),
    );
  });

  it('paths: of a state that was met those that it meets are what the program does there, whatever was linked', () => {
    fc.assert(
      fc.property(program, vectors, fc.boolean(), (p, states, links) => {
        const trees = new Trees(numbers);
        const root = trees.root();
        for (const state of states) {
          const vec = Int32Array.from(state);
          trees.leaves(root, vec, (picks) => {
            const { trail, leaf } = execute(p, vec, picks);
            return { trail, leaf: () => leaf };
          });
          if (links) trees.linkAlike([LOCALS, LOCALS, LOCALS]);
        }
        for (const state of states) {
          const met = trees.paths(root).filter(({ when }) => when.every((c) => c.values.includes(state[c.slot]!)));
          expect(met.map(({ leaf, picks }) => ({ leaf, picks }))).toEqual(outcomes(p, state));
        }
      }),
    );
  });

  it('linkAlike: a local that a part throws at is left to whoever reads it', () => {
    const throws = selector('throws', (v) => {
      if (v === 3) throw new Error('boom');
      return (v as number) % 2;
    });
    const trees = new Trees(numbers);
    const root = trees.root();
    const at = (local: number) =>
      trees.leaf(root, Int32Array.of(local), () => ({
        trail: [{ kind: 'read', slot: 0, part: throws }],
        leaf: () => 7 + (local % 2),
      }));
    at(0);
    trees.linkAlike([5]);
    expect(at(4)).toBe(7);
    expect(() => at(3)).toThrow('boom');
  });

  it('grows beyond the first places of a node', () => {
    const trees = new Trees(numbers);
    const root = trees.root();
    const read = (n: number) =>
      trees.leaf(root, Int32Array.of(n), () => ({ trail: [{ kind: 'read', slot: 0 }], leaf: () => n }));
    const all = [...Array(100).keys()].map((i) => (i * 37) % 100);
    expect(all.map(read)).toEqual(all);
    expect(all.map(read)).toEqual(all);
  });

  it('tells slots that are read, once per node', () => {
    const trees = new Trees(numbers);
    const seen: number[] = [];
    trees.onRead = (slot) => seen.push(slot);
    const root = trees.root();
    const trail: Ask[] = [
      { kind: 'read', slot: 2 },
      { kind: 'read', slot: 0, part: HALF },
    ];
    trees.leaf(root, Int32Array.of(0, 0, 0), () => ({ trail, leaf: () => 1 }));
    trees.leaf(root, Int32Array.of(4, 0, 0), () => ({ trail, leaf: () => 2 }));
    expect(seen).toEqual([2, 0]);
  });

  const slot0: Ask = { kind: 'read', slot: 0 };
  const slot1: Ask = { kind: 'read', slot: 1 };
  it.each<[string, Ask[], Ask[]]>([
    ['another slot', [slot0, slot1], [slot1, slot1]],
    ['another part', [{ ...slot0, part: HALF }, slot1], [{ ...slot0, part: PARITY }, slot1]],
    ['the whole instead of a part', [{ ...slot0, part: HALF }, slot1], [slot0, slot1]],
    ['for a choice instead', [slot0, slot1], [{ kind: 'choice', label: 'p', options: ['0', '1'], picked: 0 }]],
    ['less', [slot0, slot1], [slot0]],
  ])('E_IMPURE: a run that asks %s at a state that differs in slot 1 only', (_, first, second) => {
    const trees = new Trees(numbers);
    const root = trees.root();
    const at = (local: number, trail: Ask[]) =>
      trees.leaf(root, Int32Array.of(0, local), () => ({ trail, leaf: () => local }));
    expect(at(0, first)).toBe(0);
    expect(refusal(() => at(1, second)).code).toBe('E_IMPURE');
  });
});
