import { FaultlineError } from './errors.ts';

/**
 * Canonical JSON: keys sorted, so that equal values have equal texts. Identity of local states, events and answers.
 * @throws FaultlineError E_THROWN for a value that JSON would show as another one (Set, Map, NaN, a function)
 */
export function canonical(value: unknown): string {
  return textOf(value) ?? 'undefined';
}

/** As JSON.stringify() writes it, several times as fast as with a replacer that sorts. */
function textOf(v: unknown): string | undefined {
  switch (typeof v) {
    case 'string':
      return JSON.stringify(v);
    case 'number':
      if (Number.isFinite(v)) return v === 0 ? '0' : String(v);
      break;
    case 'boolean':
      return v ? 'true' : 'false';
    case 'undefined':
      return undefined;
    case 'object':
      return v === null ? 'null' : Array.isArray(v) ? textOfList(v) : textOfObject(v as Record<string, unknown>);
  }
  throw notJson(String(v));
}

function textOfList(list: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) text += `${i === 0 ? '' : ','}${textOf(list[i]) ?? 'null'}`;
  return `${text}]`;
}

function textOfObject(o: Record<string, unknown>): string {
  const proto = Object.getPrototypeOf(o);
  if (proto !== Object.prototype && proto !== null) throw notJson(`a ${o.constructor?.name ?? 'class'}`);
  const keys = Object.keys(o);
  for (let i = 1; i < keys.length; i++) {
    if (keys[i - 1]! > keys[i]!) {
      keys.sort();
      break;
    }
  }
  let text = '{';
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const part = textOf(o[key]);
    if (part !== undefined) text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${part}`;
  }
  return `${text}}`;
}

const notJson = (what: string): FaultlineError =>
  new FaultlineError(
    'E_THROWN',
    `${what} is no JSON value, so two different ones would count as one state`,
    'Keep plain objects, lists, strings, finite numbers and booleans: a set is a sorted list.',
  );

/**
 * Whether two JSON values have the same canonical text, as a rule without making it.
 * @throws FaultlineError as `canonical()`, for values that differ or are not one object
 */
export const sameJson = (a: unknown, b: unknown): boolean => isAlike(a, b) || canonical(a) === canonical(b);

/** Whether that can be seen at once: false where it is not so, or not that simple (a key whose value is undefined). */
function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!isAlike(a[i], b[i])) return false;
    return true;
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (!Object.hasOwn(b, key) || !isAlike(a[key], b[key])) return false;
  }
  return true;
}

function isPlain(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype;
}

/** Freezes a value through and through, so that an effect that mutates what it read throws instead of corrupting it. */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const v of Object.values(value)) deepFreeze(v);
  }
  return value;
}
