/**
 * The loader: builds machines and refuses charts that XState would accept but that mean something else than their
 * author thinks. What can only be seen on a run (sections, unhandled events, impurity, growth) is checked there.
 */
import { DirectedGraph } from 'graphology';
import { stronglyConnectedComponents } from 'graphology-components';
import { type AnyStateMachine, createMachine } from 'xstate';
import type { Alternative, StepMeta } from './alternative.ts';
import type { StateConfig } from './chart.ts';
import type { AnyKind } from './component.ts';
import { type ErrorCode, FaultlineError, nearNames } from './errors.ts';

/** A state config as far as the loader looks into it. */
interface Raw {
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
interface RawTransition {
  target?: string | string[];
  guard?: unknown;
  meta?: { alternative?: Alternative };
}
interface Node {
  readonly path: readonly string[];
  readonly raw: Raw;
  readonly parent: Node | undefined;
  readonly id: string;
}

const LOSES_THE_VIEW: Record<string, string> = {
  invoke: 'an invoked actor runs outside the step',
  after: 'a delayed transition has no view',
  onDone: 'a done event has no view',
  entry: 'an entry action is not seen by later guards of the step',
  exit: 'an exit action is not seen by later guards of the step',
  history: 'history is not part of the state value',
};
/** Upper limit of microsteps in one step. */
const MAX_MICROSTEPS = 100;

/** A place in a path that coverage counts: one alternative of one step. */
export interface CoveragePoint {
  readonly state: string;
  readonly fn: string;
  readonly alternative: Alternative;
}

export interface LoadedProcess {
  readonly machine: AnyStateMachine;
  readonly points: readonly CoveragePoint[];
}

/**
 * Checks a process's chart and makes its machine.
 * @param sections the section names that exist
 * @throws FaultlineError E_CHART, E_FEATURE, E_TARGET, E_NO_SOURCE, E_NO_SECTION, E_MIXED_SECTIONS, E_REFUSED,
 * E_EVENT_NAME, E_ENDLESS
 */
export function loadProcess(id: string, chart: StateConfig, sections: readonly string[]): LoadedProcess {
  const nodes = walk(chart as Raw, id);
  const fail = failer(id);
  const targets = targetTable(nodes);
  const points: CoveragePoint[] = [];
  checkStructure(nodes, targets, fail);
  for (const node of nodes) {
    checkFeatures(node, fail);
    const { raw } = node;
    for (const key of Object.keys(raw.on ?? {})) {
      if (key !== 'STEP') {
        fail('E_EVENT_NAME', node, `a path handles ${key}`, 'The one event of a path is STEP: one atomic section.');
      }
    }
    if (raw.states || raw.type === 'final') continue;
    const { fn, src, section } = raw.meta ?? {};
    const steps = transitions(raw.on?.STEP);
    const always = transitions(raw.always);
    if (!fn || !src?.file || !src.tree) {
      fail(
        'E_NO_SOURCE',
        node,
        'a step without source',
        'Say in `meta` which function of which file and version it is: fn, src.tree, src.file.',
      );
    }
    if (always.length > 0) {
      if (section || steps.length > 0) {
        fail(
          'E_MIXED_SECTIONS',
          node,
          'a dispatch state that is a step as well',
          'A state has either `always` (decided within the step before) or STEP with its section.',
        );
      }
      if (always.at(-1)!.guard !== undefined) {
        fail(
          'E_REFUSED',
          node,
          'every `always` transition is guarded',
          'The last one must have no guard, else the step can end inside the dispatch.',
        );
      }
    } else {
      if (steps.length === 0) {
        fail('E_REFUSED', node, 'no transition for STEP', 'Every state of a path steps, dispatches or is final.');
      }
      if (!section || !sections.includes(section)) {
        const near = section
          ? `There is no section ${section}. ${nearNames(section, sections)}`
          : `One of ${sections.join(', ')}.`;
        fail('E_NO_SECTION', node, 'a step without section', `Say what makes it atomic. ${near}`);
      }
      if (!mayBlock(raw) && steps.at(-1)!.guard !== undefined) {
        fail(
          'E_REFUSED',
          node,
          'every transition for STEP is guarded, so STEP can be refused',
          'Give the step a last transition without a guard, or tag the state may-block if the process really waits here.',
        );
      }
    }
    const all = [...steps, ...always];
    for (const t of all) checkAlternative(node, t.meta?.alternative, fail);
    const open = all.findIndex((t) => t.guard === undefined);
    if (open >= 0 && open < all.length - 1) {
      fail(
        'E_CHART',
        node,
        'an alternative after one without a guard is never taken',
        'The one without guard comes last.',
      );
    }
    for (const t of all) {
      checkTarget(node, t, targets, fail);
      const alternative = t.meta?.alternative;
      if (alternative) points.push({ state: node.id, fn: fn!, alternative });
    }
  }
  checkAlwaysLoops(nodes, targets, fail);
  const machine = createMachine(
    { id, ...(chart as object), options: { maxIterations: MAX_MICROSTEPS } } as never,
    { actions: { line: () => {}, took: () => {} } } as never,
  ) as unknown as AnyStateMachine;
  return { machine, points };
}

/** Checks a component's machine. @throws FaultlineError E_EVENT_NAME, E_FEATURE */
export function checkComponent(kind: AnyKind): void {
  const fail = failer(kind.kind);
  for (const node of walk(kind.machine.config as unknown as Raw, kind.kind)) {
    checkFeatures(node, fail);
    for (const key of Object.keys(node.raw.on ?? {})) {
      if (!(kind.events as readonly string[]).includes(key)) {
        fail('E_EVENT_NAME', node, `handles ${key}, which the component does not declare`, nearNames(key, kind.events));
      }
    }
    if (node.raw.always !== undefined) {
      fail('E_FEATURE', node, '`always` in a component', 'A component reacts to an event in one transition.');
    }
  }
}

type Fail = (code: ErrorCode, node: Node, message: string, mend: string) => never;
const failer =
  (machine: string): Fail =>
  (code, node, message, mend) => {
    throw new FaultlineError(code, message, mend, { machine, state: node.id });
  };

function walk(root: Raw, id: string): Node[] {
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

function checkFeatures(node: Node, fail: Fail): void {
  for (const [feature, why] of Object.entries(LOSES_THE_VIEW)) {
    if (node.raw[feature] !== undefined)
      fail('E_FEATURE', node, `uses ${feature}: ${why}`, 'Write it as states and STEP transitions.');
  }
  if (node.raw.type === 'parallel') {
    fail(
      'E_FEATURE',
      node,
      'parallel regions take one event together',
      'Interleaving is between processes: make each region a process.',
    );
  }
}

const transitions = (raw: unknown): RawTransition[] => {
  if (raw === undefined) return [];
  return (Array.isArray(raw) ? raw : [raw]).map((t) => (typeof t === 'string' ? { target: t } : (t as RawTransition)));
};

/** What XState would throw on, or take silently for something else. */
function checkStructure(nodes: readonly Node[], table: Targets, fail: Fail): void {
  const ids = new Set<string>();
  for (const node of nodes) {
    const { raw, id } = node;
    if (ids.has(id))
      fail('E_CHART', node, `two states have the id ${id}`, 'Each call site needs a place of its own: here.at(name).');
    ids.add(id);
    if (raw.id?.includes('.'))
      fail('E_CHART', node, 'an id with a dot, which XState takes for a path', 'Name it without dots.');
    if (!raw.states) continue;
    if (raw.type !== 'parallel' && (raw.initial === undefined || !raw.states[raw.initial])) {
      const known = Object.keys(raw.states);
      const mend = `Build it with chart(here, { … }). ${nearNames(raw.initial ?? '', known)}`;
      fail(
        'E_CHART',
        node,
        raw.initial === undefined ? 'no initial state' : `no state ${raw.initial} to start in`,
        mend,
      );
    }
    if (raw.on?.STEP !== undefined || raw.always !== undefined) {
      fail(
        'E_FEATURE',
        node,
        'a compound state with transitions of its own',
        'A step belongs to the state in which it is taken.',
      );
    }
  }
  const first = entry(nodes[0]!, table);
  if (first.raw.always !== undefined) {
    fail('E_CHART', first, 'the process starts in a dispatch state, where no step has led', 'Start with a step.');
  }
}

const mayBlock = (raw: Raw): boolean => [raw.tags ?? []].flat().includes('may-block');

interface Targets {
  readonly byId: ReadonlyMap<string, Node>;
  readonly byRaw: ReadonlyMap<Raw, Node>;
}

function targetTable(nodes: readonly Node[]): Targets {
  return { byId: new Map(nodes.map((n) => [`#${n.id}`, n])), byRaw: new Map(nodes.map((n) => [n.raw, n])) };
}

function resolveTarget(node: Node, target: string, table: Targets): Node | undefined {
  if (target.startsWith('#')) return table.byId.get(target);
  const sibling = node.parent?.raw.states?.[target];
  return sibling && table.byRaw.get(sibling);
}

/** Where no compiler looked: a guard that is undefined would always be true, an effect in the text's place never happens. */
function checkAlternative(node: Node, a: Alternative | undefined, fail: Fail): void {
  if (!a) return;
  const order = 'when(guard, target, text, effect) and otherwise(target, text, effect); the text may be empty.';
  const wrong = (what: string, value: unknown): never =>
    fail('E_CHART', node, `the ${what} of an alternative is of type ${typeof value}`, `Write ${order}`);
  if ('guard' in a && typeof a.guard !== 'function') wrong('guard', a.guard);
  if (typeof a.line !== 'string') wrong('text', a.line);
  if (a.effect !== undefined && typeof a.effect !== 'function') wrong('effect', a.effect);
}

/** The chart round the node's own that has a state of the name. */
function enclosing(node: Node, name: string): Node | undefined {
  let at = node.parent?.parent;
  while (at && !Object.hasOwn(at.raw.states ?? {}, name)) at = at.parent;
  return at;
}

function checkTarget(node: Node, t: RawTransition, table: Targets, fail: Fail): void {
  // XState takes that for a transition that stays. Files whose types nobody checks have it: ret.DNOE.
  if ('target' in t && t.target === undefined) {
    fail(
      'E_TARGET',
      node,
      'a transition to undefined: the return value does not exist',
      'Is the name of a return value misspelt? tsc tells, too.',
    );
  }
  for (const target of [t.target ?? []].flat()) {
    if (resolveTarget(node, target, table)) continue;
    if (target.lastIndexOf('#') > 0) {
      const message = `a transition to ${target}: here.to() was given a target, not the name of a state`;
      fail('E_TARGET', node, message, 'A return value is a target already: write ret.DONE, not here.to(ret.DONE).');
    }
    const known = [...Object.keys(node.parent?.raw.states ?? {}), ...(target.startsWith('#') ? table.byId.keys() : [])];
    const outer = enclosing(node, target);
    if (outer) {
      const mend = `${nearNames(target, known)} ${target} is a state of ${outer.id}: what is called from there is given here.to('${target}').`;
      fail('E_TARGET', node, `a transition to ${target}, which is not in this chart`, mend);
    }
    fail('E_TARGET', node, `a transition to ${target}, which does not exist`, nearNames(target, known));
  }
}

function entry(node: Node, table: Targets): Node {
  const { states, initial } = node.raw;
  if (!states) return node;
  const first = initial === undefined ? undefined : states[initial];
  const child = first && table.byRaw.get(first);
  return child ? entry(child, table) : node;
}

function checkAlwaysLoops(nodes: readonly Node[], table: Targets, fail: Fail): void {
  const graph = new DirectedGraph({ allowSelfLoops: true });
  for (const n of nodes) graph.mergeNode(n.id);
  for (const n of nodes) {
    for (const t of transitions(n.raw.always)) {
      for (const target of [t.target ?? []].flat()) {
        const to = resolveTarget(n, target, table);
        if (to) graph.mergeDirectedEdge(n.id, entry(to, table).id);
      }
    }
  }
  for (const component of stronglyConnectedComponents(graph)) {
    const looped = component.length > 1 || graph.hasDirectedEdge(component[0], component[0]);
    if (!looped) continue;
    const node = nodes.find((n) => n.id === component[0])!;
    fail(
      'E_ENDLESS',
      node,
      `\`always\` transitions form a loop: ${component.join(', ')}`,
      'A loop of several iterations is a stable state that targets itself, one step per iteration.',
    );
  }
}
