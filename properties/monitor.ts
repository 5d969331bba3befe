/** A monitor: a component with one value and one event, STEP, whose reaction is a pure function of value and facts. */
import { defineComponent, type Readable } from '../explorer/component.ts';
import type { Monitor, StepSeen } from '../explorer/property.ts';
import { recordOf, valueMachine } from '../model/entries/machine.ts';

/** What a step tells the monitor. JSON data. */
export interface Fact {
  readonly type: string;
}
interface StepEvent<F extends Fact> {
  readonly type: 'STEP';
  readonly facts: readonly F[];
}

export interface MadeMonitor<V> {
  readonly monitor: Monitor;
  /** The monitor's value, for judgements. */
  readonly value: Readable<V>;
}

/**
 * Makes a monitor: it remembers what a state does not say, and is in the state only while its property runs.
 * @param facts what of a step the monitor wants to know; none: the monitor does not change
 * @param next the monitor's value after a fact
 */
export function makeMonitor<V extends object, F extends Fact>(
  id: string,
  initial: V,
  facts: (step: StepSeen) => readonly F[],
  next: (value: V, fact: F) => V,
): MadeMonitor<V> {
  const kind = defineComponent<V, StepEvent<F>>({
    kind: `monitor of ${id}`,
    machine: valueMachine<V, StepEvent<F>>(id, initial, { STEP: (v, e) => e.facts.reduce(next, v) }),
    events: { STEP: { facts: true } },
    writableIn: [],
    readableIn: [],
    decode: recordOf<V>,
    show: (v) => JSON.stringify(v),
  });
  const ref = kind.ref(`monitor[${id}]`);
  return {
    value: ref,
    monitor: {
      ref,
      kind,
      observe: (step) => {
        const seen = facts(step);
        return seen.length === 0 ? [] : [{ type: 'STEP', facts: seen } as StepEvent<F>];
      },
    },
  };
}
