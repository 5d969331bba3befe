import { FaultlineError } from './errors.ts';

/**
 * Canonical JSON: keys sorted, so that equal values have equal texts. Identity of local states, events and answers.
 * @throws FaultlineError E_THROWN for a value that JSON would show as another one (Set, Map, NaN, a function)
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => {
    if (v === null || typeof v !== 'object') {
      if (isPlain(v)) return v;
      throw notJson(String(v));
    }
    if (Array.isArray(v)) return v;
    const proto = Object.getPrototypeOf(v);
    if (proto !== Object.prototype && proto !== null) throw notJson(`a ${v.constructor?.name ?? 'class'}`);
    const o = v as Record<string, unknown>;
    const keys = Object.keys(o);
    for (let i = 1; i < keys.length; i++) {
      if (keys[i - 1]! > keys[i]!) return Object.fromEntries(keys.sort().map((k) => [k, o[k]]));
    }
    return o;
  });
}

const isPlain = (v: unknown): boolean =>
  typeof v === 'number' ? Number.isFinite(v) : v === null || ['string', 'boolean', 'undefined'].includes(typeof v);
const notJson = (what: string): FaultlineError =>
  new FaultlineError(
    'E_THROWN',
    `${what} is no JSON value, so two different ones would count as one state`,
    'Keep plain objects, lists, strings, finite numbers and booleans: a set is a sorted list.',
  );

/** Freezes a value through and through, so that an effect that mutates what it read throws instead of corrupting it. */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const v of Object.values(value)) deepFreeze(v);
  }
  return value;
}
