/** Canonical JSON: keys sorted, so that equal values have equal texts. Identity of local states, events and answers. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => {
    if (v === null || typeof v !== 'object' || Array.isArray(v)) return v;
    const o = v as Record<string, unknown>;
    const keys = Object.keys(o);
    for (let i = 1; i < keys.length; i++) {
      if (keys[i - 1]! > keys[i]!) return Object.fromEntries(keys.sort().map((k) => [k, o[k]]));
    }
    return o;
  });
}

/** Freezes a value through and through, so that an effect that mutates what it read throws instead of corrupting it. */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const v of Object.values(value)) deepFreeze(v);
  }
  return value;
}

/** Why a value is not JSON data, which alone has an identity as text; undefined if it is. */
export function notData(value: unknown): string | undefined {
  switch (typeof value) {
    case 'undefined':
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : String(value);
    case 'object':
      break;
    default:
      return `a ${typeof value}`;
  }
  if (value === null) return undefined;
  if (Array.isArray(value)) return firstOf(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm is plain as well.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    return `a ${value.constructor?.name ?? 'strange object'}`;
  return firstOf(Object.values(value));
}

function firstOf(values: readonly unknown[]): string | undefined {
  for (const v of values) {
    const why = notData(v);
    if (why !== undefined) return why;
  }
  return undefined;
}
