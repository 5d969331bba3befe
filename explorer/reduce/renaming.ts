/**
 * Renamings of a system's parts (`T0` to `T1` and back), the permutations of slots that they are, and the group that
 * several of them make. A renaming is only a candidate: whether the system looks the same under it is found out while it
 * is searched (symmetry.ts) and checked on the tables (equivariance.ts).
 */
import type { Renaming, System } from '../system.ts';

/** Groups are not made larger than this: every new state is compared with that many images. The core has a bit for each in 64. */
const LARGEST_GROUP = 24;

const WORD = /[A-Za-z0-9_]+/g;

/** The text with every name in it replaced, whole words at a time. */
export const renamed = (text: string, renaming: Renaming): string =>
  text.replace(WORD, (word) => (Object.hasOwn(renaming, word) ? renaming[word]! : word));

/** In words: `T0 <-> T1, a <-> b`, or with longer rounds `T0 -> T1 -> T2 -> T0`. */
export function renamingText(renaming: Renaming): string {
  const seen = new Set<string>();
  const rounds: string[] = [];
  for (const first of Object.keys(renaming).sort()) {
    if (seen.has(first) || renaming[first] === first) continue;
    const round = [first];
    for (let at = renaming[first]!; at !== first && !seen.has(at); at = renaming[at] ?? at) {
      seen.add(at);
      round.push(at);
    }
    seen.add(first);
    rounds.push(round.length === 2 ? round.join(' <-> ') : [...round, first].join(' -> '));
  }
  return rounds.join(', ');
}

export interface Element {
  readonly renaming: Renaming;
  /** By slot: the slot that its local goes to. */
  readonly slots: Int32Array;
}

/** All that a few renamings make one after the other. Element 0 changes nothing. */
export interface Group {
  readonly elements: readonly Element[];
  /** `times[g * size + h]`: h first, then g. */
  readonly times: Int32Array;
  readonly inverse: Int32Array;
  /** The renamings that it was made of: elements 1, 2 and so on, in this order. */
  readonly generators: readonly Renaming[];
  /** Whether renamings were left out because the group would have been too large. */
  readonly cut: boolean;
}

/** A group of the renamings, taken in their order, that has none of the refused elements and is not too large. */
export function groupOf(system: System, renamings: readonly Renaming[], refused: readonly Element[] = []): Group {
  let elements = [identity(system)];
  const generators: Renaming[] = [];
  let cut = false;
  for (const renaming of renamings) {
    const slots = slotsOf(system, renaming);
    if (!slots || elements.some((e) => same(e.slots, slots))) continue;
    const larger = closure(system, [...generators, renaming]);
    if (!larger) cut = true;
    else if (!larger.some((e) => refused.some((r) => same(r.slots, e.slots)))) {
      elements = larger;
      generators.push(renaming);
    }
  }
  return { ...tableOf(elements), elements, generators, cut };
}

const identity = (system: System): Element => ({ renaming: {}, slots: Int32Array.from(system.names, (_, s) => s) });

const same = (a: Int32Array, b: Int32Array): boolean => a.every((v, i) => v === b[i]);

/** Undefined: a renamed part does not exist, or two get one name, or a process would become a component. */
function slotsOf(system: System, renaming: Renaming): Int32Array | undefined {
  const byName = new Map(system.names.map((n, slot) => [n, slot]));
  // A property's monitor has the property's name: words that mean something else.
  const slots = Int32Array.from(system.names, (n, slot) =>
    system.isMonitor(slot) ? slot : (byName.get(renamed(n, renaming)) ?? -1),
  );
  const fits = slots.every((to, from) => to >= 0 && system.components[from]?.kind === system.components[to]?.kind);
  return fits && new Set(slots).size === slots.length ? slots : undefined;
}

function closure(system: System, renamings: readonly Renaming[]): Element[] | undefined {
  const elements = [identity(system)];
  for (let i = 0; i < elements.length; i++) {
    for (const renaming of renamings) {
      const made = after(system, renaming, elements[i]!);
      if (elements.some((e) => same(e.slots, made.slots))) continue;
      if (elements.length === LARGEST_GROUP) return undefined;
      elements.push(made);
    }
  }
  return elements;
}

/** The renaming after the element. */
function after(system: System, renaming: Renaming, element: Element): Element {
  const words = new Set([...Object.keys(renaming), ...Object.keys(element.renaming)]);
  const both = Object.fromEntries(
    [...words].map((w) => {
      const between = element.renaming[w] ?? w;
      return [w, renaming[between] ?? between];
    }),
  );
  const slots = slotsOf(system, renaming)!;
  return { renaming: both, slots: element.slots.map((s) => slots[s]!) };
}

function tableOf(elements: readonly Element[]): { times: Int32Array; inverse: Int32Array } {
  const size = elements.length;
  const times = new Int32Array(size * size);
  const inverse = new Int32Array(size);
  for (let g = 0; g < size; g++) {
    for (let h = 0; h < size; h++) {
      const product = elements[h]!.slots.map((s) => elements[g]!.slots[s]!);
      const is = elements.findIndex((e) => same(e.slots, product));
      times[g * size + h] = is;
      if (is === 0) inverse[g] = h;
    }
  }
  return { times, inverse };
}
