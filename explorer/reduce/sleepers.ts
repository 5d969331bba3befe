/**
 * Which processes sleep in the states of a search that merges steps: core/sleep.ts, where what leads from one state to the
 * next is a step with the chain of steps alone that goes on from it.
 *
 * Let N(r) be the state to which the steps alone lead from r. One alone can be swapped with all that others can do, and still
 * is alone when somebody else has stepped. So N(r) does not depend on their order, if chains end, and N(N(r) a) = N(r a) for a
 * step a of who has not stepped in between. In a stored state s let u < t have a step each that touch nothing in common, nor
 * what one conjunct judges. Then N(N(s t) u) = N(s t u) = N(s u t) = N(N(s u) t): what u leads to from y = N(s t) is what
 * t leads to from y2 = N(s u), or y2 itself, if t has stepped alone on the way. The rest is as in core/sleep.ts: y2 is found no
 * later than y, and t is taken there or sleeps for a claim that ends sooner. What is judged between is the same: the two ways
 * differ by swaps of steps that no conjunct sees both of.
 *
 * That needs that chains end, and that every step is taken whose process does not sleep. A search decides by what was known when
 * it began, and may learn more. Where somebody stands at a local or has a step that was not known, nobody is alone by what the
 * search decides by, and N may not be reached: there nobody sleeps, so what leads to N is taken as any other step. And who
 * decides otherwise than by what is known in the end must have no fewer conflicts, and those that follow from them (`covers` and
 * `isClosed` in choice.ts): then all that is said here is so with its own N.
 */
import type { Leaf, Tables } from '../tables.ts';

/** Processes that can sleep, as in core/sleep.ts: a state has a bit for each. */
const SLEEPERS = 8;

/** A bit for each slot, low and high 32 of them; from 64 on they share one, which only looks like less freedom. */
type Slots = readonly [number, number];

const slotsOf = (slots: readonly number[]): Slots => {
  const bits: [number, number] = [0, 0];
  for (const s of slots) bits[(s >>> 5) & 1]! |= 1 << (s & 31);
  return bits;
};

const haveCommon = (a: Slots, b: Slots): boolean => ((a[0] & b[0]) | (a[1] & b[1])) !== 0;

/** By conjunct that judges states, which slots it reads: two words of 32 bits. */
export function judgedSlots({ judged }: Tables): Uint32Array {
  const states = judged.filter((j) => !j.onlyAtEnd);
  return Uint32Array.from(states.flatMap(({ reads }) => slotsOf([...reads.keys()].filter((s) => reads[s] === 1))));
}

interface Step {
  readonly touches: Slots;
  readonly writes: Slots;
}

/** The steps of a state's processes that have just one. */
export class Sleepers {
  private readonly tables: Tables;
  private readonly judged: Uint32Array;
  private readonly steps: (Step | undefined)[] = [];
  private readonly known = new Map<Leaf, Step>();

  constructor(tables: Tables, judged: Uint32Array) {
    this.tables = tables;
    this.judged = judged;
  }

  /** Another state is expanded. */
  begin(): void {
    this.steps.length = 0;
  }

  /** The process has this step and no other. */
  onlyStep(p: number, leaf: Leaf): void {
    if (p < SLEEPERS) this.steps[p] = this.step(p, leaf);
  }

  /** Which processes sleep in the state to which the step of process `t` leads. */
  after(t: number, leaf: Leaf): number {
    const own = this.step(t, leaf);
    let found = 0;
    for (let u = 0; u < Math.min(t, SLEEPERS); u++) {
      const other = this.steps[u];
      if (other && this.apart(own, other)) found |= 1 << u;
    }
    return found;
  }

  private apart(a: Step, b: Step): boolean {
    if (haveCommon(a.writes, b.touches) || haveCommon(a.touches, b.writes)) return false;
    for (let c = 0; c < this.judged.length; c += 2) {
      const reads: Slots = [this.judged[c]!, this.judged[c + 1]!];
      if (haveCommon(a.writes, reads) && haveCommon(b.writes, reads)) return false;
    }
    return true;
  }

  private step(p: number, leaf: Leaf): Step {
    const known = this.known.get(leaf);
    if (known) return known;
    const own = this.tables.system.firstProcess + p;
    const made = { touches: slotsOf([own, ...leaf.slots, ...leaf.reads]), writes: slotsOf([own, ...leaf.slots]) };
    this.known.set(leaf, made);
    return made;
  }
}
