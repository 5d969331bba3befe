import type { Local } from './component.ts';
import type { System } from './system.ts';

/** What a user sees of components: a text for each local, made once. Undefined: nothing is to be seen of it. */
export class Shown {
  private readonly system: System;
  private readonly value: (kind: string, value: unknown) => string | undefined;
  private readonly known = new Map<number, Map<Local, string | undefined>>();

  /** @param value of a component's decoded local, by its kind */
  constructor(system: System, value: (kind: string, value: unknown) => string | undefined) {
    this.system = system;
    this.value = value;
  }

  of(slot: number, local: Local): string | undefined {
    let known = this.known.get(slot);
    if (!known) {
      known = new Map();
      this.known.set(slot, known);
    }
    if (!known.has(local)) {
      const { kind } = this.system.component(slot);
      known.set(local, this.value(kind.kind, kind.decode(local)));
    }
    return known.get(local);
  }

  /** `name: before -> after`; undefined where they look the same. */
  change(name: string | undefined, slot: number, before: Local, after: Local): string | undefined {
    const [was, is] = [this.of(slot, before), this.of(slot, after)];
    return was === is ? undefined : `${name}: ${was} -> ${is}`;
  }
}
