/**
 * The fields of the events that a component receives, so that a misspelt one is refused on the first run, where no compiler
 * has looked. The declaration is checked by type against the events: it cannot be out of date.
 */
import { type FaultlineError, nearNames, quoted } from './errors.ts';

/** An object's fields: whatever value, one that may be absent, or an object with fields of its own. */
export interface Fields {
  readonly [name: string]: true | 'optional' | Fields;
}

/** By event: its fields besides `type`; `true`: they are not looked into. */
export type EventFields<E extends { readonly type: string }> = {
  readonly [T in E['type']]: true | FieldsOf<MemberOf<E, T>, 'type'>;
};

type MemberOf<E, T> = E extends { readonly type: infer Types } ? (T extends Types ? E : never) : never;
/** All members of a union have to be fulfilled by the same names. */
type KeyOf<O> = O extends unknown ? keyof O : never;
type FieldsOf<O, Except = never> = [Exclude<KeyOf<O>, Except>] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [K in Exclude<KeyOf<O>, Except>]: FieldOf<O, K> };
type FieldOf<O, K> = undefined extends ValueAt<O, K> ? 'optional' : true | Inner<ObjectIn<ValueAt<O, K>>>;
type ValueAt<O, K> = O extends unknown ? (K extends keyof O ? O[K] : undefined) : never;
type ObjectIn<V> = V extends string | number | boolean | null | readonly unknown[] ? never : V;
type Inner<O> = [O] extends [never] ? never : FieldsOf<O>;

/** What is wrong with an event's fields, and what to do about it. */
export type Misfit = Pick<FaultlineError, 'message' | 'mend'>;

/** @returns undefined: it has the fields that are declared. What is undefined is absent, as in JSON. */
export const misfit = (event: object, fields: Fields): Misfit | undefined =>
  unfit(event as Values, fields, (name) => name === 'type', '');

type Values = Readonly<Record<string, unknown>>;

function unfit(value: Values, fields: Fields, isKnown: (name: string) => boolean, within: string): Misfit | undefined {
  const has = (name: string): boolean => Object.hasOwn(value, name) && value[name] !== undefined;
  const names = Object.keys(fields);
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(fields, name) || isKnown(name) || !has(name)) continue;
    const free = names.filter((n) => !has(n));
    const mend = names.length === 0 ? 'It has no fields.' : nearNames(name, free.length > 0 ? free : names);
    return { message: `a field ${quoted(within + name)}, which is not declared`, mend };
  }
  for (const name of names) {
    const field = fields[name]!;
    const inner = value[name];
    if (!has(name)) {
      if (field === 'optional') continue;
      return { message: `no field ${within}${name}, or undefined for it`, mend: `Declared: ${names.join(', ')}.` };
    }
    if (field === true || field === 'optional' || !isObject(inner)) continue;
    const wrong = unfit(inner, field, () => false, `${within}${name}.`);
    if (wrong) return wrong;
  }
  return undefined;
}

const isObject = (v: unknown): v is Values => typeof v === 'object' && v !== null && !Array.isArray(v);
