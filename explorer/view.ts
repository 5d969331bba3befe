/**
 * The tracked view: what one step reads is recorded in order, its own writes are read back at once, and a choice is a
 * question like a read. The recorded trail is what makes a step's outcome a decision tree (see trees.ts).
 */
import type { Act, Alternative, Mark, Register, StepEvent } from './alternative.ts';
import type { EventLike, Local, Readable, Selector, Writable } from './component.ts';
import { FaultlineError, quoted } from './errors.ts';
import { canonical } from './json.ts';
import type { StateFacts, Stepper } from './machine.ts';
import { react } from './reaction.ts';
import type { System } from './system.ts';

/** Upper limit of a register's value, as text: a state is to be a handful of small values. */
const LONGEST_VALUE = 16_384;

/** What a step asked: a component's local (or a part of its value), or a choice. */
export type Ask =
  | { readonly kind: 'read'; readonly slot: number; readonly part?: Selector<unknown, unknown> }
  | { readonly kind: 'choice'; readonly label: string; readonly options: readonly string[]; readonly picked: number };

/** Where answers come from. */
export interface Answers {
  local(slot: number): Local;
  /** Index of the option to take at the n-th choice of the step. */
  pick(n: number, options: readonly string[]): number;
}

export interface Send {
  readonly slot: number;
  readonly event: EventLike;
}

export class View {
  readonly trail: Ask[] = [];
  readonly sends: Send[] = [];
  readonly marks: Mark[] = [];
  readonly taken: Alternative[] = [];
  /** The first error thrown inside a guard, or by the view; XState would wrap it. */
  failure: unknown;
  private readonly system: System;
  private readonly answers: Answers;
  private readonly stepper: Stepper;
  private readonly reading: StateFacts | undefined;
  private readonly known = new Map<number, Local>();
  private readonly written = new Map<number, Local>();
  private readonly pending = new Map<number, EventLike[]>();
  private readonly choices = new Map<string, string>();

  /** `reading`: the state whose section limits what may be read and written; undefined for properties. */
  constructor(system: System, answers: Answers, stepper: Stepper, reading?: StateFacts) {
    this.system = system;
    this.answers = answers;
    this.stepper = stepper;
    this.reading = reading;
  }

  /** Value before the step. */
  before<V>(ref: Readable<V>): V {
    const slot = this.system.slot(ref.id);
    return this.system.component(slot).kind.decode(this.base(slot)) as V;
  }

  /** Value with the step's own writes so far. */
  after<V>(ref: Readable<V>): V {
    return this.valueOf(this.system.slot(ref.id)) as V;
  }

  read<V, T>(ref: Readable<V>, part?: Selector<V, T>): V | T {
    return this.guarded(() => {
      const slot = this.system.slot(named(ref, 'read', 'component').id);
      if (part !== undefined && typeof part?.of !== 'function') {
        const message = `read() of ${ref.id} is given ${wrongly(part)} as the part to read`;
        throw new FaultlineError('E_COMPONENT', message, 'A part of a component is made by selector(): import it.');
      }
      this.checkSection(slot, 'read');
      if (!part) return this.valueOf(slot) as V;
      if (this.known.has(slot) || this.pending.has(slot)) return part.of(this.valueOf(slot) as V);
      const p = part as Selector<unknown, unknown>;
      if (!this.trail.some((a) => a.kind === 'read' && a.slot === slot && a.part === p)) {
        this.trail.push({ kind: 'read', slot, part: p });
      }
      const answer = part.of(this.system.component(slot).kind.decode(this.answers.local(slot)) as V);
      canonical(answer);
      return answer;
    });
  }

  choose(label: string, options: readonly string[]): string {
    const before = this.choices.get(label);
    if (before !== undefined) {
      if (options.includes(before)) return before;
      throw this.failed(
        new FaultlineError(
          'E_THROWN',
          `the choice ${label} is asked again with other options`,
          'One choice has one label and one list of options within a step.',
        ),
      );
    }
    const picked = this.answers.pick(this.choices.size, options);
    this.trail.push({ kind: 'choice', label, options, picked });
    this.choices.set(label, options[picked]!);
    return options[picked]!;
  }

  send(ref: { readonly id: string }, event: EventLike): void {
    this.guarded(() => {
      const slot = this.system.slot(named(ref, 'send', 'component').id);
      if (typeof event?.type !== 'string') {
        const message = `send() to ${ref.id} is given ${wrongly(event)} as the event`;
        throw new FaultlineError('E_EVENT_NAME', message, "Send an object with a type: { type: '…' }.");
      }
      this.checkSection(slot, 'write');
      this.apply(slot, event);
    });
  }

  /** A monitor's own update: no section applies. */
  apply(slot: number, event: EventLike): void {
    this.sends.push({ slot, event });
    if (this.known.has(slot)) {
      const local = this.written.get(slot) ?? this.known.get(slot)!;
      this.written.set(slot, react(this.system.component(slot).kind, local, event, this.stepper));
    } else {
      const queue = this.pending.get(slot);
      if (queue) queue.push(event);
      else this.pending.set(slot, [event]);
    }
  }

  /** The event of a macrostep with this view. */
  event(): StepEvent {
    return { type: 'STEP', bind: (context) => new Bound(this, context) };
  }

  private base(slot: number): Local {
    let local = this.known.get(slot);
    if (local === undefined) {
      local = this.answers.local(slot);
      this.trail.push({ kind: 'read', slot });
      this.known.set(slot, local);
      const kind = this.system.component(slot).kind;
      const queue = this.pending.get(slot);
      if (queue)
        this.written.set(
          slot,
          queue.reduce((l, e) => react(kind, l, e, this.stepper), local),
        );
      this.pending.delete(slot);
    }
    return local;
  }

  private valueOf(slot: number): unknown {
    const base = this.base(slot);
    return this.system.component(slot).kind.decode(this.written.get(slot) ?? base);
  }

  private checkSection(slot: number, access: 'read' | 'write'): void {
    if (!this.reading) return;
    const { kind, id } = this.system.component(slot);
    const allowed = access === 'read' ? kind.readableIn : kind.writableIn;
    const { section, id: state } = this.reading;
    if (allowed.includes(section)) return;
    throw new FaultlineError(
      'E_SECTION',
      `${id} is ${access === 'read' ? 'read' : 'written'} in section ${section}`,
      `A ${kind.kind} may be ${access === 'read' ? 'read' : 'written'} in ${allowed.join(', ')}: give that part of the path a step of its own.`,
      { state },
    );
  }

  private guarded<T>(f: () => T): T {
    try {
      return f();
    } catch (e) {
      throw this.failed(e);
    }
  }

  /** What a guard or effect threw, or was told, first. @returns it */
  failed(error: unknown): unknown {
    this.failure ??= error;
    return error;
  }
}

/** What no compiler has looked at may name a component that its place lacks: `here.ptee` is undefined. */
function named<R extends { readonly id: string }>(ref: R, call: string, what: string): R {
  if (typeof ref?.id === 'string') return ref;
  throw nameless(ref, call, what);
}
const nameless = (given: unknown, call: string, what: string): FaultlineError =>
  new FaultlineError(
    'E_COMPONENT',
    `${call}() is given ${wrongly(given)} in the place of a ${what}`,
    'Is its name misspelt? tsc tells, too.',
  );
const wrongly = (given: unknown): string =>
  typeof given === 'string' ? quoted(given) : given === null ? 'null' : typeof given;

/** The view bound to the context that XState passes at one point of the macrostep. */
class Bound implements Act {
  readonly patch: Record<string, unknown> = {};
  readonly lines: string[] = [];
  private readonly view: View;
  private readonly context: Record<string, unknown>;

  constructor(view: View, context: Record<string, unknown>) {
    this.view = view;
    this.context = context;
  }
  read<V, T>(ref: Readable<V>, part?: Selector<V, T>): V & T {
    return this.view.read(ref, part) as V & T;
  }
  get<T>(r: Register<T>): T {
    this.checkRegister(r, 'get');
    const own = r.name in this.patch ? this.patch[r.name] : this.context[r.name];
    return own === undefined ? r.initial : (own as T);
  }
  choose<const T extends string>(label: string, options: readonly T[]): T {
    return this.view.choose(label, options) as T;
  }
  send<E extends EventLike>(ref: Writable<E>, event: E): void {
    this.view.send(ref, event);
  }
  set<T>(r: Register<T>, value: T): void {
    this.checkRegister(r, 'set');
    const text = canonical(value);
    if (text !== undefined && text.length > LONGEST_VALUE) {
      throw new FaultlineError(
        'E_BOUND',
        `register ${r.name} is set to a value of more than ${LONGEST_VALUE} characters`,
        'Bound it: a list needs an upper limit, and a register is reset when its use ends.',
      );
    }
    this.patch[r.name] = text === canonical(r.initial) ? undefined : value;
  }
  private checkRegister(r: Register<unknown>, call: string): void {
    if (typeof r?.name === 'string') return;
    throw this.failed(nameless(r, call, 'register'));
  }
  mark(mark: Mark): void {
    this.view.marks.push(mark);
  }
  line(text: string): void {
    this.lines.push(text);
  }
  took(alternative: Alternative): void {
    this.view.taken.push(alternative);
  }
  failed(error: unknown): unknown {
    return this.view.failed(error);
  }
}
