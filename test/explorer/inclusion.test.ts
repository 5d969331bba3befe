/** Whether a system has a run in which just this is seen: on hand-written systems, and against an enumeration by XState itself. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherwise } from '../../explorer/chart.ts';
import { included } from '../../explorer/inclusion/inclusion.ts';
import type { Moment, Observed, SeenTurn, Sight, Watch } from '../../explorer/inclusion/watch.ts';
import { type GlobalState, initialState, successors } from '../../explorer/interpreter.ts';
import { isDone, type StateFacts, stateFacts } from '../../explorer/machine.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { System } from '../../explorer/system.ts';
import { buildSystem } from './build-system.ts';
import { type SystemData, systemData } from './random-system.ts';
import { SEED } from './seed.ts';
import { END, guarded, lock, release, system, take } from './small.ts';

const RUNS = Number(env.FC_RUNS ?? 40);
const LIMIT = 60;
/** Labels of an enumerated sequence, at most. */
const LONGEST = 3;

const here = ({ stack }: StateFacts): string => stack.at(-1) ?? '';

/** Sees marks after the step; before a step at a state of the first kinds something, or perhaps something. */
const sees = {
  after: ({ result }: Moment): Sight[] => result.marks.map((m) => ({ label: m.type })),
  ahead: (_process: number, from: StateFacts | undefined, to: StateFacts): Sight[] => {
    if (here(to).endsWith('1')) return [{ label: 'may', optional: true }];
    return here(to).endsWith('2') && (from === undefined || here(from) !== here(to)) ? [{ label: 'must' }] : [];
  },
};

/** Process 0 takes turns with process 1, where there is one; others have a strand of their own. */
function watchOf({ processes }: System, turns: boolean): Watch {
  const turn = (process: number, goesOn: SeenTurn['goesOn'], name: string): SeenTurn => ({
    process,
    goesOn,
    first: [`begin ${name}`],
    last: () => [`end ${name}`],
  });
  const whole = (p: number): SeenTurn[] => [turn(p, () => true, String(p))];
  if (!turns || processes.length < 2) return { ...sees, strands: processes.map((_, p) => whole(p)) };
  const once = (): boolean => false;
  const shared = [turn(0, once, 'x'), turn(1, (f) => !here(f).endsWith('0'), 'y'), turn(0, () => true, 'z')];
  return { ...sees, strands: [shared, ...processes.slice(2).map((_, n) => whole(n + 2))] };
}

/** Where a strand is, told again from what `Watch` says. */
interface At {
  readonly turn: number;
  readonly queue: readonly Sight[];
}

/** Every sequence of at most so many labels that is seen in some run. */
function enumerated(sys: System, watch: Watch): Set<string> {
  const factsOf = (state: GlobalState, p: number): StateFacts =>
    stateFacts(sys.processes[p]!.machine, state[sys.firstProcess + p]!);
  const begin = (state: GlobalState, strand: number, turn: number, queue: readonly Sight[]): At => {
    const next = watch.strands[strand]![turn];
    if (!next) return { turn, queue };
    const first = next.first.map((label) => ({ label }));
    return { turn, queue: [...queue, ...first, ...watch.ahead(next.process, undefined, factsOf(state, next.process))] };
  };
  const found = new Set<string>();
  const known = new Set<string>();
  const visit = (state: GlobalState, at: readonly At[], seen: readonly string[]): void => {
    const key = JSON.stringify([state, at, seen]);
    if (known.has(key)) return;
    known.add(key);
    found.add(JSON.stringify(seen));
    for (const [strand, { turn, queue }] of at.entries()) {
      // Something is seen.
      for (const [n, q] of queue.entries()) {
        if (seen.length < LONGEST) {
          const rest = queue.slice(q.optional ? n : n + 1);
          visit(state, at.with(strand, { turn, queue: rest }), [...seen, `${strand} ${q.label}`]);
        }
        if (!q.optional) break;
      }
      const now = watch.strands[strand]![turn];
      if (!now || queue.some((q) => !q.optional)) continue;
      const from = factsOf(state, now.process);
      for (const s of successors(sys, state, now.process)) {
        const to = factsOf(s.state, now.process);
        const over = isDone(sys.processes[now.process]!.machine, s.state[sys.firstProcess + now.process]!);
        const moment = { process: now.process, from, result: s.result, to, before: () => state };
        const after = watch.after(moment);
        const next =
          over || !now.goesOn(to)
            ? begin(s.state, strand, turn + 1, [...after, ...now.last(s.result).map((label) => ({ label }))])
            : { turn, queue: [...after, ...watch.ahead(now.process, from, to)] };
        visit(s.state, at.with(strand, next), seen);
      }
    }
  };
  const initial = initialState(sys);
  visit(
    initial,
    watch.strands.map((_, s) => begin(initial, s, 0, [])),
    [],
  );
  return found;
}

const small = (data: SystemData): System | undefined => {
  const sys = buildSystem({ ...data, properties: [] });
  return explorePacked(sys, { maxStates: LIMIT }).complete ? sys : undefined;
};
const observedIn = (text: string): Observed[] =>
  (JSON.parse(text) as string[]).map((o) => ({ strand: Number(o.split(' ')[0]), label: o.slice(o.indexOf(' ') + 1) }));
const textOf = (observed: readonly Observed[]): string => JSON.stringify(observed.map((o) => `${o.strand} ${o.label}`));

describe('on random systems', () => {
  it('just what some run shows is accepted, and of anything else the longest part that some run shows', () => {
    let compared = 0;
    fc.assert(
      fc.property(systemData, fc.boolean(), fc.infiniteStream(fc.nat()), (data, turns, random) => {
        const sys = small(data);
        if (!sys) return;
        const watch = watchOf(sys, turns);
        const shown = enumerated(sys, watch);
        const pick = <T>(from: readonly T[]): T => from[random.next().value % from.length]!;
        const all = [...shown];
        const labels = [...new Set(all.flatMap((t) => observedIn(t).map((o) => textOf([o]))))];
        for (let n = 0; n < 5; n++) {
          const run = observedIn(pick(all));
          const place = random.next().value % (run.length + 1);
          const other = labels.length === 0 ? [] : observedIn(pick(labels));
          const changed = [
            run,
            [...run.slice(0, place), ...other, ...run.slice(place + 1)],
            [...run.slice(0, place), ...run.slice(place + 1)],
            [...run.slice(0, place), ...run.slice(place, place + 2).reverse(), ...run.slice(place + 2)],
          ].map((c) => c.slice(0, LONGEST));
          for (const c of changed) {
            let longest = 0;
            while (longest < c.length && shown.has(textOf(c.slice(0, longest + 1)))) longest++;
            const { matched, next } = included(sys, watch, c);
            expect(matched).toBe(longest);
            // What is said to be possible there is just what some run shows next.
            if (longest < LONGEST) {
              const here = textOf(c.slice(0, longest));
              const allowed = all.filter((t) => textOf(observedIn(t).slice(0, -1)) === here && t !== here);
              const told = next.map((e) => textOf([...c.slice(0, longest), e]));
              expect(new Set(told)).toEqual(new Set(allowed));
            }
            compared++;
          }
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(compared).toBeGreaterThan(200);
  });
});

describe('two processes that take a lock in turn', () => {
  const l = lock.ref('l');
  const states = (t: string) => ({
    wait: take(l, 'inside', ['T0', 'T1']),
    inside: guarded(otherwise('leave', `${t} is inside`, (s) => s.mark({ type: 'inside' }))),
    leave: release(l, 'end'),
    end: END,
  });
  const sys = system({ components: [{ id: 'l', kind: lock }], processes: [states('T0'), states('T1')] });
  const alone = (process: number): SeenTurn[] => [{ process, goesOn: () => true, first: [], last: () => ['gone'] }];
  const watch: Watch = {
    strands: [alone(0), alone(1)],
    after: ({ result }) => result.marks.map((m) => ({ label: m.type })),
    ahead: (_process, _from, to) => (here(to) === 'leave' ? [{ label: 'leaves' }] : []),
  };
  const see = (...labels: string[]): Observed[] => labels.map((t) => ({ strand: Number(t[0]), label: t.slice(1) }));

  it('come to their ends in both orders', () => {
    const ways = (a: number, b: number) => [a, b].flatMap((p) => see(`${p}inside`, `${p}leaves`, `${p}gone`));
    for (const order of [ways(0, 1), ways(1, 0)]) {
      expect(included(sys, watch, order)).toMatchObject({ matched: 6, ends: true, cut: false });
    }
  });

  it('are not followed any further than the limit allows', () => {
    expect(included(sys, watch, see('0inside', '0leaves'), 3)).toMatchObject({ matched: 0, cut: true });
  });

  it('are never inside together: where that is seen, the other one waits', () => {
    const found = included(sys, watch, see('0inside', '1inside'));
    expect(found.matched).toBe(1);
    expect(found.next.map((e) => [e.strand, e.label])).toEqual([[0, 'leaves']]);
  });
});
