/**
 * Random closed systems, as data: fast-check makes and shrinks the data, `build-system.ts` makes the system of it.
 * Every number is an index taken modulo what it points into, so that any data, shrunk in any way, is a valid system.
 */
import fc from 'fast-check';

/** What an event does to a record: `put` takes the event's own number, `copy` the other field. */
export interface RecordOp {
  readonly field: 'x' | 'y';
  readonly how: 'set' | 'inc' | 'copy' | 'put';
  readonly n: number;
}

/** A kind of component. All of them are total: every event is accepted in every state. */
export type KindData =
  /** XState states: `table[state][event]` is the next state; `nested` puts all but the first into a compound state. */
  | { readonly form: 'states'; readonly nested: boolean; readonly table: readonly (readonly number[])[] }
  /** Two small numbers in the context; an event has one operation where `x` is 0 and another elsewhere. */
  | { readonly form: 'record'; readonly bound: number; readonly ops: readonly (readonly [RecordOp, RecordOp])[] }
  /** An ordered list of processes in the context. */
  | { readonly form: 'queue' };

/** A question to a component, wholly (`part` 0) or through a selector, and the answer that makes it true. */
export interface Question {
  readonly component: number;
  readonly part: number;
  readonly answer: number;
}
export interface SendData {
  readonly op: 'send';
  readonly component: number;
  readonly event: number;
  readonly n: number;
}
export type CondData =
  | ({ readonly cond: 'read' } & Question)
  | { readonly cond: 'own'; readonly register: number; readonly answer: number }
  | { readonly cond: 'choice'; readonly label: number; readonly option: number }
  | { readonly cond: 'not'; readonly a: CondData }
  | { readonly cond: 'and' | 'or'; readonly a: CondData; readonly b: CondData };
export type OpData =
  | SendData
  /** Reads a component into a register: a number of it, or (`whole`) its value. */
  | ({ readonly op: 'keep'; readonly register: number; readonly whole: boolean } & Question)
  | { readonly op: 'set' | 'inc'; readonly register: number; readonly n: number }
  | { readonly op: 'if'; readonly cond: CondData; readonly does: SendData }
  | { readonly op: 'mark' | 'line'; readonly n: number };

export interface AlternativeData {
  readonly cond: CondData;
  /** Counts forward from the state; what lies behind the end goes back to the first states. */
  readonly target: number;
  readonly ops: readonly OpData[];
}
export interface StateData {
  /** `loop`: a stable state that targets itself, with a bounded register that is reset on leaving. */
  readonly form: 'step' | 'wait' | 'dispatch' | 'loop';
  /** Stands in the compound state `sub`. */
  readonly nested: boolean;
  readonly alternatives: readonly AlternativeData[];
}
export interface ProcessData {
  readonly states: readonly StateData[];
}

/** Premise and conclusion about the state; a violation tells the value of the `told` component. */
export interface ClaimData {
  readonly premise: Question | null;
  readonly claim: Question;
  readonly told: number;
}
export interface PropertyData {
  readonly monitor: { readonly kind: KindData; readonly onMark: number; readonly onChange: number } | null;
  /** `mark` and `process`: the steps that the property is about; null: all. `damaging`: true is the violation. */
  readonly step: {
    readonly mark: number | null;
    readonly process: number | null;
    readonly before: Question;
    readonly damaging: Question;
    readonly ofMonitor: boolean;
  } | null;
  readonly states: readonly ClaimData[];
  readonly quiescence: readonly ClaimData[];
  readonly deadlock: boolean;
  readonly neverVacuous: boolean;
}
export interface SystemData {
  readonly kinds: readonly KindData[];
  readonly components: readonly { readonly kind: number; readonly init: readonly number[] }[];
  readonly processes: readonly ProcessData[];
  readonly properties: readonly PropertyData[];
}

const small = fc.nat({ max: 3 });
const recordOp: fc.Arbitrary<RecordOp> = fc.record({
  field: fc.constantFrom('x' as const, 'y' as const),
  how: fc.constantFrom('set' as const, 'inc' as const, 'copy' as const, 'put' as const),
  n: small,
});
const kind: fc.Arbitrary<KindData> = fc.oneof(
  fc.record({
    form: fc.constant('states' as const),
    nested: fc.boolean(),
    table: fc.array(fc.array(small, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 4 }),
  }),
  fc.record({
    form: fc.constant('record' as const),
    bound: fc.integer({ min: 2, max: 3 }),
    ops: fc.array(fc.tuple(recordOp, recordOp), { minLength: 1, maxLength: 3 }),
  }),
  fc.constant({ form: 'queue' as const }),
);

const question: fc.Arbitrary<Question> = fc.record({ component: small, part: fc.nat({ max: 9 }), answer: small });
const send: fc.Arbitrary<SendData> = fc.record({
  op: fc.constant('send' as const),
  component: small,
  event: small,
  n: small,
});
const simpleCond: fc.Arbitrary<CondData> = fc.oneof(
  { weight: 4, arbitrary: question.map((q) => ({ cond: 'read' as const, ...q })) },
  { weight: 1, arbitrary: fc.record({ cond: fc.constant('own' as const), register: small, answer: small }) },
  { weight: 2, arbitrary: fc.record({ cond: fc.constant('choice' as const), label: small, option: small }) },
);
const cond: fc.Arbitrary<CondData> = fc.oneof(
  { weight: 4, arbitrary: simpleCond },
  { weight: 1, arbitrary: fc.record({ cond: fc.constant('not' as const), a: simpleCond }) },
  {
    weight: 2,
    arbitrary: fc.record({ cond: fc.constantFrom('and' as const, 'or' as const), a: simpleCond, b: simpleCond }),
  },
);
const op: fc.Arbitrary<OpData> = fc.oneof(
  { weight: 5, arbitrary: send },
  {
    weight: 2,
    arbitrary: fc
      .tuple(question, small, fc.boolean())
      .map(([q, register, whole]) => ({ op: 'keep' as const, ...q, register, whole })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constantFrom('set' as const, 'inc' as const), register: small, n: small }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('if' as const), cond: simpleCond, does: send }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('mark' as const, 'line' as const), n: small }) },
);
const alternative: fc.Arbitrary<AlternativeData> = fc.record({
  cond,
  target: fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 1 }) }, { weight: 1, arbitrary: fc.nat({ max: 9 }) }),
  ops: fc.array(op, { maxLength: 3 }),
});
const state: fc.Arbitrary<StateData> = fc.record({
  form: fc.oneof(
    { weight: 5, arbitrary: fc.constant('step' as const) },
    { weight: 2, arbitrary: fc.constant('wait' as const) },
    { weight: 2, arbitrary: fc.constant('dispatch' as const) },
    { weight: 1, arbitrary: fc.constant('loop' as const) },
  ),
  nested: fc.boolean(),
  alternatives: fc.array(alternative, { minLength: 1, maxLength: 3 }),
});
/** Components begin with zeros: what is violated by another number is not violated at once. */
const later: fc.Arbitrary<Question> = fc.record({
  component: small,
  part: fc.nat({ max: 9 }),
  answer: fc.integer({ min: 1, max: 2 }),
});
const claim: fc.Arbitrary<ClaimData> = fc.record({
  premise: fc.option(question, { freq: 2 }),
  claim: later,
  told: small,
});
const stepClaim = fc.record({
  mark: fc.option(small),
  process: fc.option(small),
  before: question,
  damaging: later,
  ofMonitor: fc.boolean(),
});
const monitor = fc.record({ kind, onMark: small, onChange: small });
const judging: fc.Arbitrary<PropertyData> = fc.record({
  monitor: fc.option(monitor, { freq: 2 }),
  step: fc.option(stepClaim),
  states: fc.array(claim, { maxLength: 2 }),
  quiescence: fc.array(claim, { maxLength: 2 }),
  deadlock: fc.constant(false),
  neverVacuous: fc.boolean(),
});
/** On its own: a deadlock is seen when its state is expanded, everything else one step earlier. */
const deadlock: fc.Arbitrary<PropertyData> = fc.boolean().map((neverVacuous) => ({
  monitor: null,
  step: null,
  states: [],
  quiescence: [],
  deadlock: true,
  neverVacuous,
}));
const property = fc.oneof({ weight: 1, arbitrary: deadlock }, { weight: 3, arbitrary: judging });

/** Mostly `usual` of them, at times fewer; shrinks to few. */
const some = <T>(arbitrary: fc.Arbitrary<T>, usual: number, max: number): fc.Arbitrary<T[]> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: max }) },
    { weight: 4, arbitrary: fc.array(arbitrary, { minLength: usual, maxLength: max }) },
  );

/** Now and then one that has finished before it begins. */
const process: fc.Arbitrary<ProcessData> = fc.record({
  states: fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 12, arbitrary: some(state, 3, 5) },
  ),
});

/** 1 to 4 components of 1 to 3 kinds, 1 to 3 processes of up to 5 states, up to 3 properties. */
export const systemData: fc.Arbitrary<SystemData> = fc.record({
  kinds: some(kind, 2, 3),
  components: some(fc.record({ kind: small, init: fc.array(small, { maxLength: 2 }) }), 2, 4),
  processes: some(process, 2, 3),
  properties: fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 6, arbitrary: some(property, 2, 3) },
  ),
});

/**
 * The same with less in common: most of what a process reads and writes is a component of its own (0, 1, 2 by process),
 * the rest is component 3. So that there is much that can be swapped, and properties see what is swapped.
 */
export const apart = (data: SystemData): SystemData => ({
  ...data,
  components: [0, 1, 2, 3].map((i) => data.components[i % data.components.length]!),
  processes: data.processes.map((p, i) => withComponents(p, (c) => (c < 3 ? i : 3))),
});

function withComponents<T>(value: T, to: (component: number) => number): T {
  if (Array.isArray(value)) return value.map((v) => withComponents(v, to)) as T;
  if (value === null || typeof value !== 'object') return value;
  const changed = Object.entries(value).map(([key, v]) => [key, key === 'component' ? to(v) : withComponents(v, to)]);
  return Object.fromEntries(changed) as T;
}
