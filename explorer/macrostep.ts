/**
 * One macrostep of a process. What it does is what XState's `transition()` says; here it is done a second
 * way, without XState, for tables that ask for thousands of them.
 *
 * A path has one active leaf, no entry or exit actions, and transitions at its leaves alone (load.ts). Where the builders of
 * chart.ts made all of them, a macrostep is: the first alternative of the leaf whose guard is true, its effect, the first leaf of
 * its target, and on from there while that is a dispatch state. A chart with transitions of its own is left to XState.
 */
import type { AnyMachineSnapshot, AnyStateMachine, StateNode, StateValue, TransitionDefinition } from 'xstate';
import type { StepEvent } from './alternative.ts';
import { asked } from './asked.ts';
import { type Built, builtOf } from './built.ts';
import type { Local } from './component.ts';
import { deepFreeze } from './json.ts';
import { type Action, atomicState, firstLeaf, localOf, nestedKeys, type Stepper } from './machine.ts';

export interface Macrostep {
  readonly next: Local;
  readonly finished: boolean;
  /** As XState returns them. */
  readonly actions: readonly Action[];
}

/** Does the macrostep from one local. @returns undefined: STEP is refused */
export type TakeStep = (event: StepEvent) => Macrostep | undefined;

/** By XState. */
export const byXState =
  (machine: AnyStateMachine, from: AnyMachineSnapshot, stepper: Stepper): TakeStep =>
  (event) => {
    const [next, actions] = stepper(machine, from, event);
    if (next === from && actions.length === 0) return undefined;
    return { next: localOf(next), finished: next.status === 'done', actions };
  };

interface Way extends Built {
  /** Undefined: it stays where it is. */
  readonly target: StateNode | undefined;
}

interface Leaf {
  /** What XState calls the state's value. */
  readonly value: StateValue;
  readonly final: boolean;
  readonly step: readonly Way[];
  readonly always: readonly Way[];
}

/** By machine; undefined: XState's own. */
const compiled = new WeakMap<AnyStateMachine, CompiledChart | undefined>();

/** Without XState, where the chart allows it. */
export function compiledStep(machine: AnyStateMachine, local: Local): TakeStep | undefined {
  if (!compiled.has(machine)) compiled.set(machine, CompiledChart.of(machine));
  return compiled.get(machine)?.from(local);
}

class CompiledChart {
  private readonly leaves = new Map<StateNode, Leaf>();
  private readonly machine: AnyStateMachine;
  private readonly most: number;

  private constructor(machine: AnyStateMachine) {
    this.machine = machine;
    this.most = machine.options?.maxIterations ?? Number.POSITIVE_INFINITY;
  }

  static of(machine: AnyStateMachine): CompiledChart | undefined {
    return isPlain(machine.root as unknown as StateNode) ? new CompiledChart(machine) : undefined;
  }

  from(local: Local): TakeStep {
    const first = this.leafOf(atomicState(this.machine, local));
    return (event) => this.take(first, local.context, event);
  }

  private take(first: Leaf, begun: Local['context'], event: StepEvent): Macrostep | undefined {
    const actions: Action[] = [];
    let leaf = first;
    let context: Record<string, unknown> = begun;
    const go = (ways: readonly Way[]): boolean => {
      for (const way of ways) {
        const { guard } = way.alternative;
        if (guard && !asked(guard, event.bind(context))) continue;
        context = act(way, context, event, actions);
        if (way.target) leaf = this.leafOf(way.target);
        return true;
      }
      return false;
    };
    if (!go(leaf.step)) return undefined;
    for (let n = 1; !leaf.final; n++) {
      if (n > this.most) throw new Error(`Infinite loop detected: more than ${this.most} microsteps`);
      const [stood, had] = [leaf, context];
      // As XState: one that changes nothing is the last.
      if (!go(leaf.always) || (leaf === stood && context === had)) break;
    }
    return { next: localOf({ value: leaf.value, context }), finished: leaf.final, actions };
  }

  /** The first leaf of a state. */
  private leafOf(node: StateNode): Leaf {
    const known = this.leaves.get(node);
    if (known) return known;
    const first = firstLeaf(node);
    const leaf =
      first !== node
        ? this.leafOf(first)
        : {
            value: deepFreeze(nestedKeys(node)),
            final: node.type === 'final',
            step: (node.transitions.get('STEP') ?? []).map(wayOf),
            always: (node.always ?? []).map(wayOf),
          };
    this.leaves.set(node, leaf);
    return leaf;
  }
}

/** The alternative's effect. @returns the context after it */
function act(
  { alternative, fn, src }: Way,
  context: Record<string, unknown>,
  event: StepEvent,
  actions: Action[],
): Record<string, unknown> {
  const view = event.bind(context);
  view.took(alternative);
  alternative.effect?.(view);
  if (alternative.line !== '') actions.push({ type: 'line', params: { text: alternative.line, fn, src } });
  for (const text of view.lines) if (text !== '') actions.push({ type: 'line', params: { text, fn, src } });
  for (const _ in view.patch) return { ...context, ...view.patch };
  return context;
}

type AnyTransition = TransitionDefinition<never, never>;

/** Whether the builders made all of a state's transitions, and nothing else is in it. */
function isPlain(node: StateNode): boolean {
  const { type } = node;
  if (type !== 'atomic' && type !== 'compound' && !(type === 'final' && node.parent && !node.parent.parent))
    return false;
  if (node.entry.length + node.exit.length + node.invoke.length > 0) return false;
  for (const type of node.transitions.keys()) if (type !== 'STEP') return false;
  const step = (node.transitions.get('STEP') ?? []) as unknown as readonly AnyTransition[];
  const always = (node.always ?? []) as unknown as readonly AnyTransition[];
  if (type !== 'compound') return node.parent !== undefined && step.every(isBuilt) && always.every(isBuilt);
  if (step.length + always.length + node.initial.actions.length > 0) return false;
  for (const key in node.states) if (!isPlain(node.states[key] as unknown as StateNode)) return false;
  return true;
}

function isBuilt({ actions, guard, target }: AnyTransition): boolean {
  const by = actions.length === 1 ? builtOf(actions[0]) : undefined;
  return by !== undefined && by.guard === guard && (target?.length ?? 0) <= 1;
}

function wayOf(t: unknown): Way {
  const { actions, target } = t as AnyTransition;
  return { ...builtOf(actions[0])!, target: target?.[0] as unknown as StateNode | undefined };
}
