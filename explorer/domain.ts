/** Interned local states of one machine (a component kind or a process): small integers for the tables. */
import type { AnyKind, EventLike, Local } from './component.ts';
import { FaultlineError } from './errors.ts';
import { canonical } from './json.ts';
import type { Stepper } from './machine.ts';
import { react } from './reaction.ts';
import { heap, type TableMemory } from './table-memory.ts';

/** Of one machine. The built-in designs need a few hundred in half a million states; this many: something counts. */
export const LOCALS_LIMIT = 50_000;

export class Domain {
  readonly locals: Local[] = [];
  private readonly ids = new Map<string, number>();
  /** Of state values, which are frozen: many locals share theirs. */
  private readonly valueTexts = new WeakMap<object, string>();
  private readonly machine: string;
  private readonly limit: number;

  constructor(machine: string, limit = LOCALS_LIMIT) {
    this.machine = machine;
    this.limit = limit;
  }

  get size(): number {
    return this.locals.length;
  }

  intern(local: Local): number {
    const key = this.keyOf(local);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    if (this.locals.length >= this.limit) throw boundError(this.machine, this.locals, this.limit);
    const id = this.locals.length;
    this.ids.set(key, id);
    this.locals.push(local);
    return id;
  }

  private keyOf({ value, context }: Local): string {
    const text = canonical(context);
    if (typeof value !== 'object' || value === null) return `${canonical(value)}${text}`;
    const known = this.valueTexts.get(value) ?? canonical(value);
    this.valueTexts.set(value, known);
    return known + text;
  }
}

/** The error for unbounded context names the field that takes the most values. */
export function boundError(machine: string, locals: readonly Local[], limit: number): FaultlineError {
  const values = new Map<string, Set<string>>();
  for (const { context } of locals.slice(-5000)) {
    for (const [field, v] of Object.entries(context)) {
      const seen = values.get(field) ?? new Set();
      values.set(field, seen.add(canonical(v)));
    }
  }
  const [field] = [...values].sort((a, b) => b[1].size - a[1].size)[0] ?? ['(none)'];
  return new FaultlineError(
    'E_BOUND',
    `more than ${limit} local states; the context field that grows is "${field}"`,
    'Bound it: a counter needs an upper limit, and a register is reset when its use ends.',
    { machine },
  );
}

/** What a list of events does to a kind's locals: a table from local to local, filled on demand. */
export class Transformer {
  table: Int32Array;
  private readonly memory: TableMemory;
  private readonly id: number;
  private readonly domain: Domain;
  private readonly kind: AnyKind;
  private readonly events: readonly EventLike[];
  private readonly stepper: Stepper;

  constructor(
    domain: Domain,
    kind: AnyKind,
    events: readonly EventLike[],
    stepper: Stepper,
    memory: TableMemory = heap,
    id = 0,
  ) {
    this.memory = memory;
    this.id = id;
    this.table = memory.ints(16, -1);
    memory.transformer(id, this.table);
    this.domain = domain;
    this.kind = kind;
    this.events = events;
    this.stepper = stepper;
  }

  /** Computes the entry for `local`; callers look into `table` first. */
  fill(local: number): number {
    const to = this.events.reduce((l, e) => react(this.kind, l, e, this.stepper), this.domain.locals[local]!);
    if (local >= this.table.length) {
      const bigger = this.memory.ints(Math.max(local + 1, this.table.length * 2), -1);
      bigger.set(this.table);
      this.table = bigger;
    }
    const id = this.domain.intern(to);
    this.table[local] = id;
    this.memory.transformer(this.id, this.table);
    return id;
  }
}

export function grown(old: Int32Array, atLeast: number, fill: number, memory: TableMemory = heap): Int32Array {
  const bigger = memory.table(Math.max(atLeast, old.length * 2), fill);
  bigger.set(old);
  return bigger;
}
