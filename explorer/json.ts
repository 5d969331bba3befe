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
