/** A reader of Informal Trace Format, written from the rules of Apalache's ADR-015 and from nothing of ours. */

export type Expr =
  | string
  | boolean
  | bigint
  | readonly Expr[]
  | { readonly tup: readonly Expr[] }
  | { readonly set: readonly Expr[] }
  | { readonly map: readonly (readonly [Expr, Expr])[] }
  | { readonly record: ReadonlyMap<string, Expr> };

export interface ItfTrace {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly vars: readonly string[];
  readonly states: readonly {
    readonly meta: Readonly<Record<string, unknown>>;
    readonly values: ReadonlyMap<string, Expr>;
  }[];
  readonly loop?: number;
}

type Json = Readonly<Record<string, unknown>>;

/** @throws Error that says which rule is broken, and where */
export function readItf(text: string): ItfTrace {
  const trace = objectAt(JSON.parse(text), 'the trace');
  for (const key of Object.keys(trace)) {
    if (!['#meta', 'params', 'vars', 'states', 'loop'].includes(key)) throw new Error(`the trace has a field ${key}`);
  }
  const meta = trace['#meta'] === undefined ? {} : objectAt(trace['#meta'], '#meta');
  const params = trace.params === undefined ? [] : namesAt(trace.params, 'params');
  const vars = namesAt(trace.vars, 'vars');
  if (!Array.isArray(trace.states)) throw new Error('states is no list');
  const states = trace.states.map((s: unknown, i) => stateAt(s, vars, i === 0 ? params : [], `state ${i}`));
  const { loop } = trace;
  if (loop === undefined) return { meta, vars, states };
  if (typeof loop !== 'number' || !Number.isInteger(loop) || loop < 0 || loop >= states.length) {
    throw new Error(`loop is ${String(loop)}, of ${states.length} states`);
  }
  return { meta, vars, states, loop };
}

function stateAt(value: unknown, vars: readonly string[], params: readonly string[], where: string) {
  const { '#meta': meta = {}, ...fields } = objectAt(value, where);
  const names = Object.keys(fields);
  for (const name of [...vars, ...params]) if (!names.includes(name)) throw new Error(`${where} has no ${name}`);
  for (const name of names) {
    if (!vars.includes(name) && !params.includes(name))
      throw new Error(`${where} has a field ${name}, which is no var`);
  }
  const values = new Map(names.map((n) => [n, exprAt(fields[n], `${where}, ${n}`)]));
  return { meta: objectAt(meta, `${where}, #meta`), values };
}

function exprAt(value: unknown, where: string): Expr {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Error(`${where}: ${value} is no integer of JSON`);
    return BigInt(value);
  }
  const list = (items: unknown): Expr[] => {
    if (!Array.isArray(items)) throw new Error(`${where} is no list`);
    return items.map((item, i) => exprAt(item, `${where}[${i}]`));
  };
  if (Array.isArray(value)) return list(value);
  const fields = objectAt(value, where);
  const keys = Object.keys(fields);
  const special = keys.find((k) => k.startsWith('#'));
  if (special === undefined) return { record: new Map(keys.map((k) => [k, exprAt(fields[k], `${where}.${k}`)])) };
  if (keys.length > 1) throw new Error(`${where}: ${special} beside other fields`);
  const inner = fields[special];
  if (special === '#tup') return { tup: list(inner) };
  if (special === '#set') return { set: list(inner) };
  if (special === '#bigint') {
    if (typeof inner !== 'string' || !/^-?\d+$/.test(inner)) throw new Error(`${where}: not a big integer`);
    return BigInt(inner);
  }
  if (special !== '#map' || !Array.isArray(inner)) throw new Error(`${where}: ${special}`);
  const map = inner.map((pair: unknown, i): [Expr, Expr] => {
    const [k, v, ...more] = list(pair);
    if (k === undefined || v === undefined || more.length > 0) throw new Error(`${where}: entry ${i} of the map`);
    return [k, v];
  });
  return { map };
}

function objectAt(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${where} is no object`);
  return value as Json;
}

function namesAt(value: unknown, where: string): string[] {
  if (!Array.isArray(value) || value.some((n) => typeof n !== 'string' || n.startsWith('#'))) {
    throw new Error(`${where} is no list of names`);
  }
  return value as string[];
}
