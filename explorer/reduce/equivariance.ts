/**
 * Whether a search's tables look the same under a group of renamings: the check behind symmetry.ts.
 *
 * A tree's path from its root to a leaf stands for all states whose locals lead along it. `paths` goes through every path
 * that some state has taken, with the locals that each read slot can have on it; `image` follows the images of these
 * locals through the tree of the image process and visits every leaf that one of them reaches. Each must do the image of
 * what the path's own leaf does: lead to the image of the next local, change every slot's locals alike, and be judged
 * alike. Where the image's tree is not known, it is asked: its process takes that step when the search's own processes
 * have other numbers.
 *
 * Only the elements that make the group are looked at, again and again until the tables no longer grow by it. Then the image
 * of a known path is known too, and what holds of a path and its image, and of that and its image, holds of the first and
 * the last: so of every element.
 *
 * What no state has met is not looked at (a local without images, a child never taken): the search did not use it.
 */
import type { Transformer } from '../domain.ts';
import { BLOCKED, type Judged, type Tables } from '../tables.ts';
import { CHOICE, READ } from '../trees.ts';
import { NotSymmetric, type Symmetry } from './symmetry.ts';

/** By slot: the locals that it can have on a path; undefined: any that has images. It is the path's that is being followed. */
type Held = (readonly number[] | undefined)[];
/** A choice on a path. */
interface Pick {
  readonly options: number;
  readonly picked: number;
}
/** The tree that a path's image is followed in. */
interface Image {
  readonly element: number;
  readonly picks: readonly Pick[];
  /** Lets the tree grow at a state. */
  readonly ask: (vec: Int32Array) => void;
  readonly visit: (leaf: number) => void;
}

/** A check that takes more steps than this has met a tree that asks for what its image does not ask for. */
const LONGEST_CHECK = 20_000_000;

/** @throws NotSymmetric for an element of the group under which something in the tables is not the same */
export function checkSymmetry(tables: Tables, symmetry: Symmetry): void {
  // A conjunct's tree grows by nodes alone.
  const known = (): number => tables.growth + tables.trees.size;
  for (let before = -1; before !== known(); ) {
    before = known();
    new Equivariance(tables, symmetry).check();
  }
}

class Equivariance {
  private readonly tables: Tables;
  private readonly symmetry: Symmetry;
  private readonly initial: Int32Array;
  /** By slot: the locals that have images. */
  private readonly locals: readonly (readonly number[])[];
  /** By element, then by leaf: the image that it was last found to agree with. */
  private readonly agreed: readonly number[][];
  private readonly agreedEffects = new Set<string>();
  private readonly numbers = new Map<Transformer | undefined, number>();
  private steps = 0;

  constructor(tables: Tables, symmetry: Symmetry) {
    this.tables = tables;
    this.symmetry = symmetry;
    this.initial = tables.initial();
    this.agreed = symmetry.group.elements.map(() => []);
    this.locals = tables.domains.map((d, slot) => d.locals.flatMap((_, l) => (symmetry.knows(slot, l) ? [l] : [])));
  }

  check(): void {
    const { symmetry, tables } = this;
    for (let g = 1; g <= symmetry.group.generators.length; g++) {
      for (let p = 0; p < tables.system.processes.length; p++) this.checkProcess(g, p);
      for (const j of tables.judged) this.checkConjunct(g, j);
    }
  }

  private checkProcess(g: number, p: number): void {
    const { tables, symmetry } = this;
    const { firstProcess } = tables.system;
    const own = firstProcess + p;
    const q = symmetry.goesTo(g, own) - firstProcess;
    for (const local of this.locals[own]!) {
      const root = tables.rootOf(p, local);
      const other = tables.rootOf(q, symmetry.image(g, own, local));
      const held = this.anything();
      held[own] = [local];
      const ask = (vec: Int32Array): void => void tables.steps(q, vec);
      const first = (): number => tables.trees.kidOf(other, 0);
      this.paths(tables.trees.kidOf(root, 0), held, [], (leaf, picks) => {
        const visit = (image: number): void => this.sameLeaf(g, p, leaf, image);
        this.image({ element: g, picks, ask, visit }, first, held, 0);
      });
    }
  }

  /** Some conjunct of the same property must say of a state's image what this one says of the state. */
  private checkConjunct(g: number, j: Judged): void {
    const { tables } = this;
    const alike = tables.judged.filter((k) => k.property === j.property && k.onlyAtEnd === j.onlyAtEnd);
    const name = this.symmetry.renamed(g, j.conjunct.name);
    const first = alike.filter((k) => k.conjunct.name === name);
    const matches = (k: Judged): boolean => {
      try {
        this.checkPair(g, j, k);
        return true;
      } catch (e) {
        if (e instanceof NotSymmetric) return false;
        throw e;
      }
    };
    if (!first.some(matches) && !alike.some((k) => !first.includes(k) && matches(k))) {
      const { id } = tables.system.properties[j.property]!;
      throw new NotSymmetric(g, `${id} says something of ${j.conjunct.name} that it does not say of its image`);
    }
  }

  private checkPair(g: number, j: Judged, k: Judged): void {
    const { trees, judgements } = this.tables;
    const ask = (vec: Int32Array): void => void this.tables.codeOf(k, vec);
    const held = this.anything();
    this.paths(trees.kidOf(j.root, 0), held, [], (code, picks) => {
      const visit = (image: number): void => {
        if (classOf(judgements[code]) !== classOf(judgements[image])) throw new NotSymmetric(g, 'judged otherwise');
      };
      this.image({ element: g, picks, ask, visit }, () => trees.kidOf(k.root, 0), held, 0);
    });
  }

  private anything(): Held {
    return this.tables.domains.map(() => undefined);
  }

  /** Visits every known path below `node`. */
  private paths(
    node: number,
    held: Held,
    picks: readonly Pick[],
    visit: (leaf: number, picks: readonly Pick[]) => void,
  ): void {
    const { trees } = this.tables;
    if (node < 0) return;
    const data = trees.dataOf(node);
    if (trees.kindOf(node) === READ) {
      const before = held[data];
      for (const [kid, locals] of grouped(before ?? this.locals[data]!, (local) => trees.kidOf(node, local))) {
        held[data] = locals;
        this.paths(kid, held, picks, visit);
      }
      held[data] = before;
    } else if (trees.kindOf(node) === CHOICE) {
      for (let picked = 0; picked < data; picked++) {
        this.paths(trees.kidOf(node, picked), held, [...picks, { options: data, picked }], visit);
      }
    } else visit(data, picks);
  }

  /**
   * Visits every leaf that an image of the held locals reaches.
   * @param at the node, which may be not known before the tree is asked
   */
  private image(image: Image, at: () => number, held: Held, choices: number): void {
    const { trees } = this.tables;
    const { element: g, picks } = image;
    if (++this.steps > LONGEST_CHECK) throw new NotSymmetric(g, 'too much to compare');
    const node = this.asked(image, at, held);
    const data = trees.dataOf(node);
    if (trees.kindOf(node) === READ) {
      const slot = this.symmetry.comesFrom(g, data);
      const before = held[slot];
      const kid = (local: number): number => {
        const known = trees.kidOf(node, this.symmetry.image(g, slot, local));
        if (known >= 0) return known;
        held[slot] = [local];
        return this.asked(image, () => trees.kidOf(node, this.symmetry.image(g, slot, local)), held);
      };
      for (const [next, locals] of grouped(before ?? this.locals[slot]!, kid)) {
        held[slot] = locals;
        this.image(image, () => next, held, choices);
      }
      held[slot] = before;
    } else if (trees.kindOf(node) === CHOICE) {
      const pick = picks[choices];
      if (pick?.options !== data) throw new NotSymmetric(g, 'the image of a step has other choices');
      this.image(image, () => trees.kidOf(node, pick.picked), held, choices + 1);
    } else {
      if (choices !== picks.length) throw new NotSymmetric(g, 'the image of a step has fewer choices');
      image.visit(data);
    }
  }

  /** The node, after asking the tree at the image of a state with the held locals if that is needed. */
  private asked({ element, ask }: Image, at: () => number, held: Held): number {
    if (at() < 0) {
      const { symmetry, initial, tables } = this;
      const from = initial.map((local, slot) => held[slot]?.[0] ?? local);
      const vec = new Int32Array(from.length);
      symmetry.imageOf(element, from, vec);
      const taken = [...tables.taken];
      symmetry.asking(element, () => ask(vec));
      // Nobody says that a state like that can be reached.
      tables.taken.clear();
      for (const a of taken) tables.taken.add(a);
    }
    if (at() < 0) throw new NotSymmetric(element, 'the image of a step asks for something else');
    return at();
  }

  private sameLeaf(g: number, p: number, leaf: number, image: number): void {
    const agreed = this.agreed[g]!;
    if (agreed[leaf] === image) return;
    agreed[leaf] = image;
    const { tables, symmetry } = this;
    const own = tables.system.firstProcess + p;
    const name = tables.system.names[own]!;
    if ((leaf === BLOCKED) !== (image === BLOCKED)) throw new NotSymmetric(g, `${name} waits where its image does not`);
    if (leaf === BLOCKED) return;
    const [is, other] = [tables.leaves[leaf]!, tables.leaves[image]!];
    if (symmetry.knows(own, is.next) && symmetry.image(g, own, is.next) !== other.next) {
      throw new NotSymmetric(g, `a step of ${name} leads elsewhere than its image`);
    }
    const judged = (l: typeof is) => l.judgements.map(([property, j]) => `${property} ${classOf(j)}`).join();
    if (judged(is) !== judged(other)) throw new NotSymmetric(g, `a step of ${name} is judged otherwise than its image`);
    const slots = new Set([...is.slots, ...Array.from(other.slots, (s) => symmetry.comesFrom(g, s))]);
    for (const slot of slots) {
      const effect = is.effects[is.slots.indexOf(slot)];
      this.sameEffect(g, slot, effect, other.effects[other.slots.indexOf(symmetry.goesTo(g, slot))]);
    }
  }

  /** An absent effect leaves the slot as it is. */
  private sameEffect(g: number, slot: number, effect: Transformer | undefined, image: Transformer | undefined): void {
    const key = `${g} ${slot} ${this.numberOf(effect)} ${this.numberOf(image)}`;
    if (this.agreedEffects.has(key)) return;
    this.agreedEffects.add(key);
    const { symmetry } = this;
    for (const local of this.locals[slot]!) {
      const to = effect ? (effect.table[local] ?? -1) : local;
      if (to < 0 || !symmetry.knows(slot, to)) continue;
      const from = symmetry.image(g, slot, local);
      if (
        symmetry.asking(g, () => (image ? this.tables.transformed(image, from) : from)) !== symmetry.image(g, slot, to)
      ) {
        throw new NotSymmetric(g, `${this.tables.system.names[slot]} changes otherwise than its image`);
      }
    }
  }

  private numberOf(t: Transformer | undefined): number {
    const known = this.numbers.get(t) ?? this.numbers.size;
    this.numbers.set(t, known);
    return known;
  }
}

/** The locals by where they lead; those that lead nowhere (-1) are left out. */
function grouped(locals: readonly number[], kid: (local: number) => number): Iterable<[number, readonly number[]]> {
  if (locals.length === 1) {
    const to = kid(locals[0]!);
    return to < 0 ? [] : [[to, locals]];
  }
  const ways = new Map<number, number[]>();
  for (const local of locals) {
    const to = kid(local);
    if (to < 0) continue;
    const others = ways.get(to);
    if (others) others.push(local);
    else ways.set(to, [local]);
  }
  return ways;
}

const classOf = (judgement: unknown): string =>
  judgement === undefined || judgement === true ? String(judgement) : 'violated';
