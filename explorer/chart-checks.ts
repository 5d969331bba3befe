/** What a chart must not have: what XState would throw on, or take silently for something else. */
import { DirectedGraph } from 'graphology';
import { stronglyConnectedComponents } from 'graphology-components';
import type { Alternative } from './alternative.ts';
import {
  entry,
  type Fail,
  type Node,
  type Raw,
  type RawTransition,
  resolveTarget,
  type Targets,
  transitions,
} from './chart-nodes.ts';
import { nearNames } from './errors.ts';

const LOSES_THE_VIEW: Record<string, string> = {
  invoke: 'an invoked actor runs outside the step',
  after: 'a delayed transition has no view',
  onDone: 'a done event has no view',
  entry: 'an entry action is not seen by later guards of the step',
  exit: 'an exit action is not seen by later guards of the step',
  history: 'history is not part of the state value',
};

export function checkFeatures(node: Node, fail: Fail): void {
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

/** Ids, initial states, and transitions of compound states. */
export function checkStructure(nodes: readonly Node[], table: Targets, fail: Fail): void {
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

/** A state in which nothing is nested: a step, or a dispatch. */
export function checkStep(node: Node, sections: readonly string[], table: Targets, fail: Fail): void {
  const { raw } = node;
  checkSource(node, fail);
  const steps = transitions(raw.on?.STEP);
  const always = transitions(raw.always);
  if (always.length > 0) checkDispatch(node, steps, always, fail);
  else checkSection(node, steps, sections, fail);
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
  for (const t of all) checkTarget(node, t, table, fail);
}

function checkSource(node: Node, fail: Fail): void {
  const { fn, src } = node.raw.meta ?? {};
  if (fn && src?.file && src.tree) return;
  fail(
    'E_NO_SOURCE',
    node,
    'a step without source',
    'Say in `meta` which function of which file and version it is: fn, src.tree, src.file.',
  );
}

function checkDispatch(
  node: Node,
  steps: readonly RawTransition[],
  always: readonly RawTransition[],
  fail: Fail,
): void {
  if (node.raw.meta?.section || steps.length > 0) {
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
}

function checkSection(node: Node, steps: readonly RawTransition[], sections: readonly string[], fail: Fail): void {
  if (steps.length === 0) {
    fail('E_REFUSED', node, 'no transition for STEP', 'Every state of a path steps, dispatches or is final.');
  }
  const { section } = node.raw.meta ?? {};
  if (!section || !sections.includes(section)) {
    const near = section
      ? `There is no section ${section}. ${nearNames(section, sections)}`
      : `One of ${sections.join(', ')}.`;
    fail('E_NO_SECTION', node, 'a step without section', `Say what makes it atomic. ${near}`);
  }
  if (!mayBlock(node.raw) && steps.at(-1)!.guard !== undefined) {
    fail(
      'E_REFUSED',
      node,
      'every transition for STEP is guarded, so STEP can be refused',
      'Give the step a last transition without a guard, or tag the state may-block if the process really waits here.',
    );
  }
}

const mayBlock = (raw: Raw): boolean => [raw.tags ?? []].flat().includes('may-block');

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

export function checkAlwaysLoops(nodes: readonly Node[], table: Targets, fail: Fail): void {
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
