/**
 * Whether a module changed what every other module runs on: `Object.prototype.x = …`, `JSON.stringify = …`. The checker
 * would then say something of another language.
 */

const HOLDERS: Readonly<Record<string, object>> = {
  Object,
  'Object.prototype': Object.prototype,
  Array,
  'Array.prototype': Array.prototype,
  'Function.prototype': Function.prototype,
  'String.prototype': String.prototype,
  'Number.prototype': Number.prototype,
  'RegExp.prototype': RegExp.prototype,
  'Map.prototype': Map.prototype,
  'Set.prototype': Set.prototype,
  'WeakMap.prototype': WeakMap.prototype,
  'Promise.prototype': Promise.prototype,
  'Int32Array.prototype': Object.getPrototypeOf(Int32Array.prototype) as object,
  JSON,
  Math,
  Reflect,
};

type Seen = ReadonlyMap<string, PropertyDescriptorMap>;

export const intrinsics = (): Seen =>
  new Map(Object.entries(HOLDERS).map(([name, holder]) => [name, Object.getOwnPropertyDescriptors(holder)]));

/** The first difference, e.g. `JSON.stringify`; undefined if there is none. */
export function changedSince(before: Seen): string | undefined {
  for (const [name, now] of intrinsics()) {
    const then = before.get(name)!;
    for (const key of Reflect.ownKeys({ ...then, ...now })) {
      const [a, b] = [Reflect.get(then, key), Reflect.get(now, key)] as (PropertyDescriptor | undefined)[];
      if (a?.value !== b?.value || a?.get !== b?.get || a?.set !== b?.set) return `${name}.${String(key)}`;
    }
  }
  return undefined;
}
