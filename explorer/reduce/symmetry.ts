/**
 * Symmetry: of all states that are the same up to a renaming, one is stored.
 *
 * A group's element g says to which slot each slot's local goes (renaming.ts). What the local becomes there, its *image*,
 * is not computed from names: it is found while searching. The initial state is its own image; and where a step leads
 * from a state, the same alternative of the image process leads from the state's image to the image of that. So a local
 * gets its images with the step that first writes it (`learn`), and nothing needs to know which strings are names, in
 * what order a list is kept, or what a monitor remembers. Where two steps give one local two images, or the image of a
 * step does not exist, g is no symmetry: NotSymmetric, and the search begins again with a smaller group.
 *
 * Why the verdicts are the same. Write g(s) for the image of a state.
 * 1. The images are an action of the group: with a local's images all entries (g after h⁻¹) of (image under h) = (image
 *    under g) are noted, and an entry that would change is refused. So g is one to one on what is known, and the least
 *    image is the same for all images of a state.
 * 2. checkSymmetry (equivariance.ts) makes sure, on everything that the tables hold after the search, that in the image
 *    g(r) of a stored state r process g(p) can do exactly the images of what p can do in r, that the step is judged alike,
 *    and that each property says of g(r) what it says of r (any violated conjunct counts, not which). It looks at the
 *    elements that make the group: by 1 the others are these one after the other, and what the tables hold is closed
 *    under them.
 * 3. Then every reachable state is g(r) for a stored r: the initial state is stored, and if s = g(r) leads to s', by 2 r
 *    leads to some t with g(t) = s'; the search stored h(t), the least image of t, and by 1 s' = (g after h⁻¹)(h(t)).
 *    The other way round, what a stored run leads to can be reached: `realRun` gives the run.
 * 4. So a property is violated, or its premise met, in some stored state or step if and only if it is so in a reachable
 *    one; a state has the same distance from the initial one as its image, so the runs found are shortest ones. The same
 *    for deadlocks: whether a process has finished, waits, or waits for the environment goes with its images.
 *
 * Together with partial-order reduction (choice.ts) the choice in g(r) is meant to be the image of the one in r. The image
 * of a persistent set is persistent, since the known system is symmetric (rounds.ts). Where cycles are cut is closed under
 * the group (`closeUnder`): a cycle may go on in another image each time round, and meets a cut in any.
 *
 * Not so for what a *named* process does in an infinite run: see explore.ts.
 *
 * All data are tables of small integers by (element, slot): the compiled core can use them as they are.
 */
import { grown } from '../domain.ts';
import { FaultlineError } from '../errors.ts';
import type { Move } from '../findings.ts';
import { heap, type TableMemory } from '../table-memory.ts';
import { BLOCKED, type Leaf, type Tables } from '../tables.ts';
import { type Group, renamed } from './renaming.ts';

/** Element `element` of the group is no symmetry of the system. */
export class NotSymmetric extends Error {
  readonly element: number;
  constructor(element: number, because: string) {
    super(because);
    this.element = element;
  }
}

/** Steps from a stored state to one whose image under `element` is stored. */
export interface Leg {
  readonly moves: readonly Move[];
  readonly element: number;
}

export class Symmetry {
  readonly group: Group;
  readonly size: number;
  /** Slots, in the order in which images are compared: the processes first, since they differ most. */
  readonly order: Int32Array;
  /** By element and slot: the slot that its local goes to. */
  readonly to: Int32Array;
  /** By element and slot: the slot that its local comes from. */
  readonly from: Int32Array;
  /** By element and slot that a local goes to: its image by local, -1 where not known. Element 0 knows what is known. */
  readonly images: Int32Array[];
  /** The leaves that were met, in their order. */
  readonly met: Leaf[] = [];
  /** How many images are known. */
  growth = 0;
  private readonly tables: Tables;
  private readonly memory: TableMemory;
  private readonly slots: number;
  private readonly kept: Int32Array;
  /** What an image of a step begins from, and by element what it leads to. */
  private readonly begun: Int32Array;
  private readonly children: readonly Int32Array[];
  private readonly metLeaves = new Set<Leaf>();
  private readonly takenLeaves = new Set<Leaf>();

  constructor(tables: Tables, group: Group, memory: TableMemory = heap) {
    this.memory = memory;
    const { system } = tables;
    this.tables = tables;
    this.group = group;
    this.size = group.elements.length;
    this.slots = system.slotCount;
    this.kept = new Int32Array(this.slots);
    this.begun = new Int32Array(this.slots);
    this.children = group.elements.map(() => new Int32Array(this.slots));
    this.to = Int32Array.from(group.elements.flatMap((e) => [...e.slots]));
    this.from = new Int32Array(this.to.length);
    for (const [g, e] of group.elements.entries()) {
      for (let s = 0; s < this.slots; s++) this.from[g * this.slots + e.slots[s]!] = s;
    }
    const isProcess = (s: number): boolean =>
      s >= system.firstProcess && s < system.firstProcess + system.processes.length;
    const all = system.names.map((_, s) => s);
    this.order = Int32Array.from([...all.filter(isProcess), ...all.filter((s) => !isProcess(s))]);
    this.images = Array.from(this.to, () => memory.table(16, -1));
    const initial = tables.initial();
    this.note(Array.from({ length: this.size }, () => initial));
  }

  /** Whether the images of a slot's local are known. */
  knows(slot: number, local: number): boolean {
    const known = this.images[slot]!;
    return local < known.length && known[local]! >= 0;
  }

  /** The slot that a slot's local goes to. */
  goesTo(g: number, slot: number): number {
    return this.to[g * this.slots + slot]!;
  }

  comesFrom(g: number, slot: number): number {
    return this.from[g * this.slots + slot]!;
  }

  renamed(g: number, text: string): string {
    return renamed(text, this.group.elements[g]!.renaming);
  }

  /** The image of a slot's local, whose images are known. */
  image(g: number, slot: number, local: number): number {
    return this.images[g * this.slots + this.goesTo(g, slot)]![local]!;
  }

  /** The image of a state, all of whose images are known. */
  imageOf(g: number, vec: Int32Array, into: Int32Array): void {
    const { slots, images, from } = this;
    for (let at = g * slots, s = 0; s < slots; s++, at++) into[s] = images[at]![vec[from[at]!]!]!;
  }

  /** The element whose image of the state is the least one. */
  least(vec: Int32Array): number {
    const { slots, images, from, order, size } = this;
    let best = 0;
    for (let g = 1; g < size; g++) {
      const [own, other] = [g * slots, best * slots];
      for (let i = 0; i < slots; i++) {
        const k = order[i]!;
        const a = images[own + k]![vec[from[own + k]!]!]!;
        const b = images[other + k]![vec[from[other + k]!]!]!;
        if (a === b) continue;
        if (a < b) best = g;
        break;
      }
    }
    return best;
  }

  /** A step is met: alternative `alternative` of process `p`, at `leaf`, leads from a state that was met to `child`. */
  meet(p: number, alternative: number, leaf: Leaf, vec: Int32Array, child: Int32Array): void {
    const isNew = !this.metLeaves.has(leaf);
    if (isNew) {
      this.metLeaves.add(leaf);
      this.met.push(leaf);
      this.take(leaf);
    }
    if (isNew || !this.knowsStep(p, leaf.slots, child)) this.learn(p, alternative, vec, child);
  }

  /** What is stored for a state that was met: its least image; valid until the next call. */
  representative(state: Int32Array): Int32Array {
    const g = this.least(state);
    if (g === 0) return state;
    this.imageOf(g, state, this.kept);
    return this.kept;
  }

  /** Whether the images of what a step of process `p` wrote are known. */
  private knowsStep(p: number, written: Int32Array, child: Int32Array): boolean {
    const own = this.tables.system.firstProcess + p;
    if (!this.knows(own, child[own]!)) return false;
    for (let e = 0; e < written.length; e++) if (!this.knows(written[e]!, child[written[e]!]!)) return false;
    return true;
  }

  private take(leaf: Leaf): void {
    if (this.takenLeaves.has(leaf)) return;
    this.takenLeaves.add(leaf);
    for (const a of leaf.origin!.result.taken) this.tables.taken.add(a);
  }

  /** Does the step's images: what they lead to are the images of what it leads to. */
  private learn(p: number, alternative: number, vec: Int32Array, child: Int32Array): void {
    const { tables, slots, children } = this;
    const { firstProcess } = tables.system;
    children[0]!.set(child);
    for (let g = 1; g < this.size; g++) {
      this.imageOf(g, vec, this.begun);
      const q = this.to[g * slots + firstProcess + p]! - firstProcess;
      this.asking(g, () => this.takeImage(g, q, alternative));
    }
    this.note(children);
    // The caller is going through what this finds.
    tables.steps(p, vec);
  }

  /** Process `q` does the step's image under `g`. */
  private takeImage(g: number, q: number, alternative: number): void {
    const { tables } = this;
    const leaf = tables.steps(q, this.begun)[alternative];
    if (leaf === undefined || leaf === BLOCKED)
      throw new NotSymmetric(g, `${tables.system.processes[q]!.id} can not step where its image can`);
    this.take(tables.leaves[leaf]!);
    tables.apply(q, tables.leaves[leaf]!, this.begun, this.children[g]!);
  }

  /**
   * The run that ends in the last stored state exactly. Its legs begin in stored states: leg n leads from one to a state
   * whose image under `element` is the next. With g(n) the image in which the real run passes stored state n, leg n is
   * done by the images of its processes under g(n) and leads to g(n+1) of the next, so g(n) = g(n+1) after `element`.
   */
  realRun(legs: readonly Leg[]): Move[] {
    const { firstProcess } = this.tables.system;
    const moves: Move[] = [];
    let g = 0;
    for (const { moves: own, element } of [...legs].reverse()) {
      g = this.group.times[g * this.size + element]!;
      const image = (p: number) => this.goesTo(g, firstProcess + p) - firstProcess;
      moves.unshift(...own.map(({ process, alternative }) => ({ process: image(process), alternative })));
    }
    return moves;
  }

  /** All images of a state. */
  orbit(vec: Int32Array): Int32Array[] {
    return Array.from({ length: this.size }, (_, g) => {
      const image = new Int32Array(vec.length);
      this.imageOf(g, vec, image);
      return image;
    });
  }

  /** Marks the images of marked locals. @param firstLocal by process, the number of its first local in `marks` */
  closeUnder(marks: Uint8Array, firstLocal: Int32Array): void {
    const { firstProcess } = this.tables.system;
    const marked = marks.slice();
    for (let p = 0; p + 1 < firstLocal.length; p++) {
      const own = firstProcess + p;
      for (let at = firstLocal[p]!; at < firstLocal[p + 1]!; at++) {
        const local = at - firstLocal[p]!;
        if (!marked[at] || !this.knows(own, local)) continue;
        for (let g = 1; g < this.size; g++) {
          marks[firstLocal[this.goesTo(g, own) - firstProcess]! + this.image(g, own, local)] = 1;
        }
      }
    }
  }

  /** An error in an image's step is the system's own if it is symmetric; then it comes again without symmetry. */
  asking<T>(g: number, ask: () => T): T {
    try {
      return ask();
    } catch (e) {
      throw e instanceof FaultlineError ? new NotSymmetric(g, e.message) : e;
    }
  }

  /** Takes the states, one by element, as images of the first one. */
  private note(states: readonly Int32Array[]): void {
    const { slots, to, size } = this;
    const [first] = states;
    for (let s = 0; s < slots; s++) {
      const known = this.knows(s, first![s]!);
      for (let g = 0; g < size; g++) {
        const image = states[g]![to[g * slots + s]!]!;
        if (known && this.image(g, s, first![s]!) !== image) throw this.conflict(g, s);
        if (!known) this.noteOrbit(states, g, s);
      }
    }
  }

  /** Element `g`'s image of slot `s`'s local, as an image of all the local's images. */
  private noteOrbit(states: readonly Int32Array[], g: number, s: number): void {
    const { slots, to, size, group } = this;
    const slot = to[g * slots + s]!;
    const image = states[g]![slot]!;
    for (let h = 0; h < size; h++) {
      const other = to[h * slots + s]!;
      this.set(group.times[g * size + group.inverse[h]!]!, other, states[h]![other]!, image);
    }
  }

  private set(g: number, slot: number, local: number, image: number): void {
    const at = g * this.slots + this.to[g * this.slots + slot]!;
    let table = this.images[at]!;
    if (local >= table.length) {
      table = grown(table, local + 1, -1, this.memory);
      this.images[at] = table;
    }
    if (table[local] === image) return;
    if (table[local]! >= 0) throw this.conflict(g, slot);
    table[local] = image;
    this.growth++;
    this.sameFacts(g, slot, local, image);
  }

  private sameFacts(g: number, slot: number, local: number, image: number): void {
    const { system } = this.tables;
    if (system.components[slot]) return;
    const p = slot - system.firstProcess;
    const q = this.to[g * this.slots + slot]! - system.firstProcess;
    const facts = (n: number, l: number) => [this.tables.finished(n, l), this.tables.environment(n, l)].join();
    if (facts(p, local) !== facts(q, image))
      throw new NotSymmetric(g, `${system.names[slot]} ends or waits where its image does not`);
  }

  private conflict(g: number, slot: number): NotSymmetric {
    return new NotSymmetric(g, `a state of ${this.tables.system.names[slot]} has two images`);
  }
}
