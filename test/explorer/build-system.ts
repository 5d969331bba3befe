/** Makes a closed system of random data (random-system.ts). Everything is a pure function of the data. */
import { assign, createMachine } from 'xstate';
import {
  type Act,
  type Alternative,
  chart,
  dispatch,
  type Look,
  otherwise,
  Place,
  type Register,
  register,
  type StateConfig,
  step,
  type Waiting,
  wait,
  when,
} from '../../explorer/chart.ts';
import { type ComponentKind, defineComponent, type Local, type Ref, selector } from '../../explorer/component.ts';
import { loadProcess } from '../../explorer/load.ts';
import {
  type Conjunct,
  type Judgement,
  type PropertyInstance,
  type StepSeen,
  violated,
} from '../../explorer/property.ts';
import { System } from '../../explorer/system.ts';
import type {
  AlternativeData,
  ClaimData,
  CondData,
  KindData,
  OpData,
  ProcessData,
  PropertyData,
  Question,
  RecordOp,
  SendData,
  StateData,
  SystemData,
} from './random-system.ts';

/** What reading any random component yields; which fields vary depends on the kind's form. */
interface Value {
  readonly x: number;
  readonly y: number;
  readonly who: readonly string[];
}
interface Event {
  readonly type: string;
  readonly n: number;
  readonly who: string;
}
type Kind = ComponentKind<Value, Event> & { ref(id: string): Ref<Value, Event> };
interface Component {
  readonly data: KindData;
  readonly kind: Kind;
  readonly ref: Ref<Value, Event>;
}

const SECTIONS = ['shared', 'other'];
const SOURCE = { tree: 'random v1', file: 'random.c' };

const at = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

// ---- components ------------------------------------------------------------------------------------------------------

const EVENTS: Record<KindData['form'], readonly string[]> = {
  states: ['E0', 'E1', 'E2'],
  record: ['E0', 'E1', 'E2'],
  queue: ['ADD', 'POP', 'DROP'],
};
const event = (data: KindData, index: number, n: number, who: string): Event => ({
  type: at(data.form === 'record' ? EVENTS.record.slice(0, data.ops.length) : EVENTS[data.form], index),
  n,
  who,
});

const machineConfig = (data: KindData): object => {
  switch (data.form) {
    case 'states': {
      const one = (row: readonly number[], i: number) => [
        `s${i}`,
        {
          id: `s${i}`,
          on: Object.fromEntries(EVENTS.states.map((e, j) => [e, `#s${at(row, j) % data.table.length}`])),
        },
      ];
      const all = data.table.map(one);
      if (!data.nested) return { initial: 's0', states: Object.fromEntries(all) };
      const up = { initial: 's1', states: Object.fromEntries(all.slice(1)) };
      return { initial: 's0', states: { ...Object.fromEntries(all.slice(0, 1)), up } };
    }
    case 'record':
      return {
        context: { x: 0, y: 0 },
        on: Object.fromEntries(
          data.ops.map(([zero, other], i) => [
            `E${i}`,
            [
              { guard: ({ context }: { context: Pair }) => context.x === 0, actions: change(zero, data.bound) },
              { actions: change(other, data.bound) },
            ],
          ]),
        ),
      };
    case 'queue': {
      type Args = { context: { who: readonly string[] }; event: Event };
      const add = ({ context: { who }, event: e }: Args) => (who.includes(e.who) ? who : [...who, e.who]);
      return {
        context: { who: [] },
        on: {
          ADD: { actions: assign({ who: add as never }) },
          POP: { actions: assign({ who: ({ context }: Args) => context.who.slice(1) }) },
          DROP: { actions: assign({ who: ({ context, event: e }: Args) => context.who.filter((w) => w !== e.who) }) },
        },
      };
    }
  }
};

type Pair = { readonly x: number; readonly y: number };
const change = ({ field, how, n }: RecordOp, bound: number) =>
  assign(({ context, event: e }: { context: Pair; event: unknown }) => {
    const to = {
      set: n,
      inc: context[field] + 1,
      copy: field === 'x' ? context.y : context.x,
      put: (e as Event).n,
    }[how];
    return { [field]: to % bound };
  });

const innermost = (value: unknown): string =>
  typeof value === 'string' ? value : innermost(Object.values(value as object)[0]);

function decode(data: KindData, { value, context }: Local): Value {
  switch (data.form) {
    case 'states':
      return { x: Number(innermost(value).slice(1)), y: 0, who: [] };
    case 'record':
      return { ...(context as unknown as Pair), who: [] };
    case 'queue': {
      const { who } = context as { who: readonly string[] };
      return { x: who.length, y: who.includes('T0') ? 1 : 0, who };
    }
  }
}

function kindOf(data: KindData, name: string): Kind {
  return defineComponent<Value, Event>({
    kind: name,
    machine: createMachine({ id: name, ...machineConfig(data) } as never) as never,
    events: Object.fromEntries(EVENTS[data.form].map((e) => [e, true as const])),
    readableIn: SECTIONS,
    writableIn: SECTIONS,
    decode: (local) => decode(data, local),
    show: (v) => (data.form === 'queue' ? `[${v.who.join(' ')}]` : `${v.x},${v.y}`),
  });
}

/** Parts of different types and grains; the same objects for every system. */
const PARTS = [
  selector('x', (v: Value) => v.x),
  selector('y', (v: Value) => v.y),
  selector('parity', (v: Value) => (v.x + v.y) % 2 === 1),
  selector('who', (v: Value) => v.who),
  selector('first', (v: Value) => v.who[0] ?? null),
  selector('nothing', (v: Value) => [undefined, null][v.x]),
  selector('pair', (v: Value) => ({ y: v.y, x: v.x % 2 })),
];

/** Any answer or register as a small number, so that it can be compared with the data's. */
function code(answer: unknown): number {
  if (typeof answer === 'number') return answer;
  if (typeof answer === 'boolean') return answer ? 1 : 0;
  if (answer === undefined) return 2;
  if (answer === null) return 0;
  if (typeof answer === 'string') return Number(answer.slice(1)) + 1;
  if (Array.isArray(answer)) return answer.length;
  return Object.values(answer).reduce((sum: number, v) => sum + code(v), 0);
}

type Read = Pick<Look, 'read'>;
/** The answer to a question, and whether it is the expected one. Part 0 and what exceeds the parts: the whole value. */
function ask(s: Read, { component, part }: Question, components: readonly Component[]): number {
  const { ref } = at(components, component);
  const p = PARTS[part - 1];
  return code(p ? s.read(ref, p as never) : s.read(ref)) % 3;
}
const isSo = (s: Read, q: Question, components: readonly Component[]): boolean =>
  ask(s, q, components) === q.answer % 3;

// ---- processes -------------------------------------------------------------------------------------------------------

const CHOICES = [
  ['coin', ['head', 'tail']],
  ['die', ['one', 'two', 'three']],
] as const;

class ProcessBuilder {
  private readonly components: readonly Component[];
  private readonly me: string;
  private readonly others: readonly string[];
  private readonly place: Place;
  private readonly states: readonly StateData[];
  private readonly registers: readonly Register<unknown>[] = [register('r0', 0), register('r1', null)];
  /** Indices of the states in the compound state `sub`; the first state stands outside, so that the process can start. */
  private readonly inSub: readonly number[];

  constructor(data: ProcessData, me: string, others: readonly string[], components: readonly Component[]) {
    this.components = components;
    this.me = me;
    this.others = others;
    this.place = new Place(me);
    // What a process starts in is no part of another step.
    this.states = data.states.map((s, i) => (i === 0 && s.form === 'dispatch' ? { ...s, form: 'step' } : s));
    this.inSub = [...this.states.keys()].filter((i) => i > 0 && this.states[i]!.nested);
  }

  chart(): StateConfig {
    const made = this.states.map((s, i) => [`s${i}`, this.state(s, i)] as const);
    const outside = made.filter((_, i) => !this.inSub.includes(i));
    const sub = this.inSub.map((i) => made[i]!);
    const end: StateConfig = { type: 'final' };
    return chart(this.place, {
      ...Object.fromEntries(outside),
      ...(sub.length > 0 && { sub: chart(this.place.at('sub'), Object.fromEntries(sub)) }),
      end,
    });
  }

  private state(data: StateData, i: number): StateConfig {
    const fn = `fn_${i}`;
    const section = at(SECTIONS, i);
    const last = data.alternatives.length - 1;
    const all = data.alternatives.map((a, j) => this.alternative(a, i, data.form, j === last));
    switch (data.form) {
      case 'step':
        return step(section, fn, SOURCE, ...all);
      case 'dispatch':
        return dispatch(fn, SOURCE, ...all);
      case 'wait':
        return wait(section, fn, SOURCE, (s) => this.waitsFor(s, data), ...all);
      case 'loop': {
        const index = register(`i${i}`, 0);
        const again = when(
          (s) => s.get(index) < 1,
          this.idOf(i),
          'again',
          (s) => {
            this.perform(s, data.alternatives[0]!.ops);
            s.set(index, s.get(index) + 1);
          },
        );
        return step(section, fn, SOURCE, again, ...all.map((a) => ({ ...a, effect: (s: Act) => s.set(index, 0) })));
      }
    }
  }

  private alternative(data: AlternativeData, from: number, form: StateData['form'], last: boolean): Alternative {
    const target = this.target(data.target, from, form === 'dispatch');
    const effect = (s: Act) => this.perform(s, data.ops);
    const line = `${this.me} s${from}`;
    return last && form !== 'wait'
      ? otherwise(target, line, effect)
      : when((s) => this.holds(s, data.cond), target, line, effect);
  }

  private idOf(i: number): string {
    return (this.inSub.includes(i) ? this.place.at('sub') : this.place).to(`s${i}`);
  }

  /** A dispatch state leads to later dispatch states only: no loop of `always` transitions. */
  private target(n: number, from: number, isDispatch: boolean): string {
    const count = this.states.length;
    const later = [...this.states.keys()].slice(from + 1);
    const earlier = [...this.states.keys()].slice(0, from + 1);
    const back = isDispatch ? earlier.filter((i) => this.states[i]!.form !== 'dispatch') : earlier;
    const to = at([...later, count, ...back], n);
    if (to === count) return this.place.to('end');
    // Now and then by name instead of by id, and to the compound state instead of its first one.
    const together = this.inSub.includes(to) === this.inSub.includes(from);
    if (together && n % 2 === 1) return `s${to}`;
    return to === this.inSub[0] && n % 3 === 1 ? this.place.to('sub') : this.idOf(to);
  }

  private waitsFor(s: Look, { alternatives }: StateData): Waiting {
    const open = alternatives.some((a) => this.holds(s, a.cond));
    return { what: alternatives[0]!.cond.cond, owners: open ? [] : this.others };
  }

  private holds(s: Look, c: CondData): boolean {
    switch (c.cond) {
      case 'read':
        return isSo(s, c, this.components);
      case 'own':
        return code(s.get(at(this.registers, c.register))) % 3 === c.answer % 3;
      case 'choice': {
        const [label, options] = at(CHOICES, c.label);
        return s.choose(label, options as readonly string[]) === at<string>(options, c.option);
      }
      case 'not':
        return !this.holds(s, c.a);
      case 'and':
        return this.holds(s, c.a) && this.holds(s, c.b);
      case 'or':
        return this.holds(s, c.a) || this.holds(s, c.b);
    }
  }

  private send(s: Act, { component, event: e, n }: SendData): void {
    const { data, ref } = at(this.components, component);
    s.send(ref, event(data, e, n, this.me));
  }

  private perform(s: Act, ops: readonly OpData[]): void {
    for (const o of ops) {
      switch (o.op) {
        case 'send':
          this.send(s, o);
          break;
        case 'keep':
          s.set(
            at(this.registers, o.register),
            o.whole ? s.read(at(this.components, o.component).ref) : ask(s, o, this.components),
          );
          break;
        case 'set':
          s.set(at(this.registers, o.register), o.n % 3);
          break;
        case 'inc':
          s.set(at(this.registers, o.register), (code(s.get(at(this.registers, o.register))) + 1) % 3);
          break;
        case 'if':
          if (this.holds(s, o.cond)) this.send(s, o.does);
          break;
        case 'mark':
          s.mark({ type: `M${o.n % 2}` });
          break;
        case 'line':
          s.line(`line ${o.n} of ${this.me}`);
          break;
      }
    }
  }
}

// ---- properties ------------------------------------------------------------------------------------------------------

function conjunct(data: ClaimData, name: string, components: readonly Component[]): Conjunct {
  const judge = (s: Read): Judgement => {
    if (data.premise && !isSo(s, data.premise, components)) return undefined;
    if (!isSo(s, data.claim, components)) return true;
    return violated(`${name}: ${JSON.stringify(s.read(at(components, data.told).ref))}`);
  };
  return { name, judge };
}

function property(data: PropertyData, index: number, components: readonly Component[]): PropertyInstance {
  const id = `p${index}`;
  const seenBy = (s: StepSeen): { before: Read; after: Read } => {
    const through = (value: (ref: never) => unknown): Read => ({
      read: ((ref: never, part?: { of: (v: never) => unknown }) =>
        part ? part.of(value(ref) as never) : value(ref)) as never,
    });
    return { before: through(s.before as never), after: through(s.after as never) };
  };
  const { monitor: m, step: st } = data;
  const kind = m && kindOf(m.kind, `monitor-${id}`);
  const own: Component | null = m && kind && { data: m.kind, kind, ref: kind.ref(`monitor ${id}`) };
  const observe = (s: StepSeen) => {
    const { ref } = at(components, m!.onChange);
    const changed = JSON.stringify(s.before(ref)) !== JSON.stringify(s.after(ref));
    return [
      ...(s.marks.some((k) => k.type === `M${m!.onMark % 2}`) ? [event(m!.kind, m!.onMark, 1, s.process)] : []),
      ...(changed ? [event(m!.kind, m!.onChange, 2, s.process)] : []),
    ];
  };
  const judge = (s: StepSeen): Judgement => {
    if (st!.mark !== null && !s.marks.some((k) => k.type === `M${st!.mark! % 2}`)) return undefined;
    if (st!.process !== null && s.process !== `T${st!.process % 3}`) return undefined;
    const { before, after } = seenBy(s);
    if (!isSo(before, st!.before, components)) return undefined;
    const judged = st!.ofMonitor && own ? [own] : components;
    return isSo(after, st!.damaging, judged) ? violated(`${id}: ${ask(after, st!.before, components)}`) : true;
  };
  const everywhere = own ? [...components, own] : components;
  return {
    id,
    ...(own && { monitor: { ref: own.ref as never, kind: own.kind, observe } }),
    ...(st && { step: judge }),
    ...(data.states.length > 0 && { states: data.states.map((c, i) => conjunct(c, `${id}.${i}`, everywhere)) }),
    ...(data.quiescence.length > 0 && {
      quiescence: data.quiescence.map((c, i) => conjunct(c, `${id}.end${i}`, everywhere)),
    }),
    deadlock: data.deadlock,
    neverVacuous: data.neverVacuous,
  };
}

/** The system of the data. Two calls give two systems without common machines or alternatives. */
export function buildSystem(data: SystemData): System {
  // Kinds of one form have one name, which must not make them one kind.
  const kinds = data.kinds.map((k) => kindOf(k, `a-${k.form}`));
  const components = data.components.map((c, i): Component => {
    const k = at(kinds, c.kind);
    return { data: at(data.kinds, c.kind), kind: k, ref: k.ref(`c${i}`) };
  });
  const names = data.processes.map((_, i) => `T${i}`);
  return new System({
    components: components.map((c, i) => ({
      id: c.ref.id,
      kind: c.kind,
      init: data.components[i]!.init.map((e) => event(c.data, e, e, 'T0')),
    })),
    processes: data.processes.map((p, i) => {
      const others = names.filter((_, j) => j !== i);
      const { machine } = loadProcess(
        names[i]!,
        new ProcessBuilder(p, names[i]!, others, components).chart(),
        SECTIONS,
      );
      return { id: names[i]!, machine };
    }),
    properties: data.properties.map((p, i) => property(p, i, components)),
  });
}
