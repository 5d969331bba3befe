/**
 * What must not compile: checked by the compiler, which finds a `@ts-expect-error` without error as well.
 * Nothing in here runs.
 */
import {
  type Act,
  chart,
  type Look,
  otherwise,
  Place,
  register,
  type StateConfig,
  step,
  type Target,
  wait,
  when,
} from '../../explorer/chart.ts';
import { defineComponent, selector } from '../../explorer/component.ts';
import { type Conjunct, violated } from '../../explorer/property.ts';
import { type Count, type CounterEvent, counter, type LockEvent, type LockValue, lock, SRC } from './small.ts';

const n = counter.ref('n');
const gate = lock.ref('gate');
const own = register('own', 0);
const isOdd = selector('odd', (v: Count) => v.n % 2 === 1);

export function components(s: Act): void {
  s.send(n, { type: 'INC' });
  s.send(n, { type: 'SET', n: 1 });
  // @ts-expect-error a misspelt event
  s.send(n, { type: 'INCC' });
  // @ts-expect-error another component's event
  s.send(n, { type: 'LOCK' });
  // @ts-expect-error a payload is missing
  s.send(n, { type: 'SET' });
  // @ts-expect-error a payload of the wrong type
  s.send(n, { type: 'SET', n: 'one' });
  // @ts-expect-error a payload that the event does not have
  s.send(n, { type: 'INC', by: 2 });
  // @ts-expect-error a name is not a component
  s.send('n', { type: 'INC' });

  const odd: boolean = s.read(n, isOdd);
  // @ts-expect-error the value has no such field
  s.read(n).m;
  // @ts-expect-error the value is never that
  if (s.read(gate) === 'fre') return;
  // @ts-expect-error a part of another kind's value
  s.read(gate, isOdd);
  // @ts-expect-error the part is a boolean
  const wrong: number = s.read(n, isOdd);
  s.line(`${odd} ${wrong}`);
}

export function registersAndChoices(s: Act): void {
  s.set(own, s.get(own) + 1);
  // @ts-expect-error the register holds numbers
  s.set(own, 'one');
  // @ts-expect-error the register holds numbers
  s.get(own).length;
  // @ts-expect-error no such option
  if (s.choose('coin', ['head', 'tail']) === 'edge') return;
  // @ts-expect-error a mark has a type
  s.mark({});
}

// @ts-expect-error a guard sends nothing
export const guardThatSends = when((s) => s.send(n, { type: 'INC' }), 'a', '');
// @ts-expect-error a guard sets nothing
export const guardThatSets = when((s) => s.set(own, 1), 'a', '');
// @ts-expect-error a guard is a condition
export const guardWithoutAnswer = when(() => {}, 'a', '');
// @ts-expect-error a target is the name of a state
export const targetless = otherwise(undefined, '');
// @ts-expect-error a step has a source
export const sourceless = step('guarded', 'fn', otherwise('a', ''));
// @ts-expect-error a source has a file
export const fileless = step('guarded', 'fn', { tree: 'example v1' }, otherwise('a', ''));
// @ts-expect-error a wait says what it waits for, and who could end it
export const ownerless = wait('guarded', 'fn', SRC, () => ({ what: 'x' }), otherwise('a', ''));
// @ts-expect-error an alternative says what it does
export const lineless = step('guarded', 'fn', SRC, { target: 'a' });

// ---- kinds -----------------------------------------------------------------------------------------------------------

const common = { machine: lock.machine, readableIn: [], writableIn: [], show: (v: LockValue) => v };
const decode = (): LockValue => 'free';
defineComponent<LockValue, LockEvent>({ ...common, kind: 'lock', decode, events: { LOCK: true, UNLOCK: true } });
defineComponent<LockValue, LockEvent>({
  ...common,
  kind: 'lock',
  decode,
  // @ts-expect-error an event of the union is missing
  events: { LOCK: true },
});
defineComponent<LockValue, LockEvent>({
  ...common,
  kind: 'lock',
  decode,
  // @ts-expect-error an event that the union does not have
  events: { LOCK: true, UNLOCK: true, TRYLOCK: true },
});
defineComponent<LockValue, LockEvent>({
  ...common,
  kind: 'lock',
  // @ts-expect-error not a value of the kind
  decode: () => 'open',
  events: { LOCK: true, UNLOCK: true },
});

type Put =
  | { readonly type: 'PUT'; readonly at: { readonly x: number; readonly y?: number } | null; readonly by?: string }
  | { readonly type: 'DROP' | 'CLEAR' };
const putting = { ...common, kind: 'put', decode };
const at = { x: true, y: 'optional' } as const;
defineComponent<LockValue, Put>({ ...putting, events: { PUT: { at, by: 'optional' }, DROP: {}, CLEAR: {} } });
// Not looked into.
defineComponent<LockValue, Put>({ ...putting, events: { PUT: true, DROP: true, CLEAR: true } });
defineComponent<LockValue, Put>({ ...putting, events: { PUT: { at: true, by: 'optional' }, DROP: {}, CLEAR: {} } });
// @ts-expect-error a field is missing
defineComponent<LockValue, Put>({ ...putting, events: { PUT: { by: 'optional' }, DROP: {}, CLEAR: {} } });
// @ts-expect-error a field that may be absent is missing
defineComponent<LockValue, Put>({ ...putting, events: { PUT: { at }, DROP: {}, CLEAR: {} } });
// @ts-expect-error a field that may be absent is declared as one that may not
defineComponent<LockValue, Put>({ ...putting, events: { PUT: { at, by: true }, DROP: {}, CLEAR: {} } });
defineComponent<LockValue, Put>({
  ...putting,
  // @ts-expect-error a field that may not be absent is declared as one that may
  events: { PUT: { at: 'optional', by: 'optional' }, DROP: {}, CLEAR: {} },
});
// @ts-expect-error a field that the event does not have
defineComponent<LockValue, Put>({ ...putting, events: { PUT: { at, by: 'optional', to: true }, DROP: {}, CLEAR: {} } });
// @ts-expect-error a field of an event without fields
defineComponent<LockValue, Put>({ ...putting, events: { PUT: { at, by: 'optional' }, DROP: { at }, CLEAR: {} } });
defineComponent<LockValue, Put>({
  ...putting,
  // @ts-expect-error a misspelt field of a field's value
  events: { PUT: { at: { z: true }, by: 'optional' }, DROP: {}, CLEAR: {} },
});

// @ts-expect-error a reference to one kind is no reference to another
export const mistaken: ReturnType<typeof lock.ref> = n;
export type Known = CounterEvent['type'];
// @ts-expect-error not an event of the counter
export const unknown: Known = 'DEC';

// ---- parts of paths --------------------------------------------------------------------------------------------------

/** A part of a path is a function of its place and of where each return value goes. */
type Part<R extends string> = (here: Place, ret: Readonly<Record<R, Target>>) => StateConfig;
const part: Part<'DONE' | 'ERROR'> = (here, ret) =>
  chart(here, {
    work: step(
      'guarded',
      'fn',
      SRC,
      when((s: Look) => s.choose('fails', ['no', 'yes']) === 'yes', ret.ERROR, 'fails'),
      // @ts-expect-error no such return value
      when((s: Look) => s.read(n).n > 1, ret.EROR, 'fails'),
      otherwise(ret.DONE, 'works'),
    ),
  });
const here = new Place('T0');
export const called = part(here.at('part'), { DONE: here.to('end'), ERROR: here.to('error') });
// @ts-expect-error a return value that goes nowhere
export const forgotten = part(here.at('part'), { DONE: here.to('end') });
// @ts-expect-error a misspelt return value
export const misspelt = part(here.at('part'), { DONE: here.to('end'), EROR: here.to('error') });

// ---- properties ------------------------------------------------------------------------------------------------------

export const judged: Conjunct = { name: 'n', judge: (s) => (s.read(n).n < 2 ? true : violated('two')) };
// @ts-expect-error damage is said with violated()
export const text: Conjunct = { name: 'n', judge: () => 'two' };
// @ts-expect-error `false` does not say the damage
export const mute: Conjunct = { name: 'n', judge: (s) => s.read(n).n < 2 };
export const gambling: Conjunct = {
  name: 'n',
  // @ts-expect-error a state is judged without choices
  judge: (s) => (s.choose('coin', ['a', 'b']) === 'a' ? true : undefined),
};
