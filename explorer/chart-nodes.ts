/** A chart as the loader looks at it: its states as a list, and what a transition's target stands for. */
import type { Alternative, StepMeta } from './alternative.ts';
import { type ErrorCode, FaultlineError } from './errors.ts';

/** A state config as far as the loader looks into it. */
export interface Raw {
  id?: string;
  type?: string;
  initial?: string;
  meta?: Partial<StepMeta>;
  tags?: string | string[];
  on?: Record<string, unknown>;
  always?: unknown;
  states?: Record<string, Raw>;
  [feature: string]: unknown;
}
export interface RawTransition {
  target?: string | string[];
  guard?: unknown;
  meta?: { alternative?: Alternative };
}
export interface Node {
  readonly path: readonly string[];
  readonly raw: Raw;
  readonly parent: Node | undefined;
  readonly id: string;
}

export type Fail = (code: ErrorCode, node: Node, message: string, mend: string) => never;
export const failer =
  (machine: string): Fail =>
  (code, node, message, mend) => {
    throw new FaultlineError(code, message, mend, { machine, state: node.id });
  };

export function walk(root: Raw, id: string): Node[] {
  if (root === null || typeof root !== 'object' || !root.states || Object.keys(root.states).length === 0) {
    if (root?.on) return [{ path: [], raw: root, parent: undefined, id }];
    throw new FaultlineError('E_CHART', 'not a chart: it has no states', 'Build it with chart(here, { … }).', {
      machine: id,
    });
  }
  const out: Node[] = [];
  const visit = (raw: Raw | undefined, path: readonly string[], parent: Node | undefined): void => {
    if (raw === null || typeof raw !== 'object') {
      const place = { machine: id, state: [id, ...path].join('.') };
      throw new FaultlineError('E_CHART', 'not a state', 'Is a part missing that this design should have?', place);
    }
    const node: Node = { path, raw, parent, id: raw.id ?? [id, ...path].join('.') };
    out.push(node);
    for (const [key, child] of Object.entries(raw.states ?? {})) visit(child, [...path, key], node);
  };
  visit(root, [], undefined);
  return out;
}

export const transitions = (raw: unknown): RawTransition[] => {
  if (raw === undefined) return [];
  return (Array.isArray(raw) ? raw : [raw]).map((t) => (typeof t === 'string' ? { target: t } : (t as RawTransition)));
};

export interface Targets {
  readonly byId: ReadonlyMap<string, Node>;
  readonly byRaw: ReadonlyMap<Raw, Node>;
}

export function targetTable(nodes: readonly Node[]): Targets {
  return { byId: new Map(nodes.map((n) => [`#${n.id}`, n])), byRaw: new Map(nodes.map((n) => [n.raw, n])) };
}

export function resolveTarget(node: Node, target: string, table: Targets): Node | undefined {
  if (target.startsWith('#')) return table.byId.get(target);
  const sibling = node.parent?.raw.states?.[target];
  return sibling && table.byRaw.get(sibling);
}

export function entry(node: Node, table: Targets): Node {
  const { states, initial } = node.raw;
  if (!states) return node;
  const first = initial === undefined ? undefined : states[initial];
  const child = first && table.byRaw.get(first);
  return child ? entry(child, table) : node;
}
