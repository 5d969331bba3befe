/** One step of one process: the macrostep, then the monitors, then the step properties, all on one tracked view. */
import type { Alternative, Mark, Source } from './alternative.ts';
import type { Local } from './component.ts';
import { FaultlineError } from './errors.ts';
import { resolve, type StateFacts, type Stepper, XSTATE_PREFACE } from './machine.ts';
import { byXState, type Macrostep, type TakeStep } from './macrostep.ts';
import type { Judgement, StepSeen } from './property.ts';
import { foreign } from './pulse.ts';
import type { System } from './system.ts';
import { ownPlace, thrownText } from './thrown.ts';
import { type Answers, type Ask, type Send, View } from './view.ts';

/** One effect of a step, for the trace. */
export interface Line {
  readonly text: string;
  /** The kernel function that does it: several can follow each other within one section. */
  readonly function: string;
  /** Where that function is. */
  readonly source?: Source;
}

export interface StepResult {
  readonly next: Local;
  readonly finished: boolean;
  /** Events to components and monitors, in order. */
  readonly sends: readonly Send[];
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
  readonly taken: readonly Alternative[];
  /** By property index; undefined also where the property judges no steps. */
  readonly judgements: readonly Judgement[];
}

/** One way that a process can step from one of its local states: what it read decides which, and it does the same each time. */
export interface StepCase {
  readonly process: number;
  /** The path's state in which the step begins. */
  readonly facts: StateFacts;
  readonly result: StepResult;
}

export interface StepOutcome {
  readonly trail: readonly Ask[];
  /** Undefined: the process refuses STEP here (it waits). */
  readonly result: StepResult | undefined;
}

/**
 * Runs one step.
 * @param take how the process does it, if that is known
 * @throws FaultlineError E_REFUSED outside a may-block state, E_SECTION, E_UNHANDLED, E_ENDLESS, E_THROWN, …
 */
export function runStep(
  system: System,
  process: number,
  local: Local,
  facts: StateFacts,
  answers: Answers,
  stepper: Stepper,
  take?: TakeStep,
): StepOutcome {
  const { id, machine } = system.processes[process]!;
  const view = new View(system, answers, stepper, facts);
  const place = { machine: id, state: facts.id };
  const taken = take ?? byXState(machine, resolve(machine, local), stepper);
  let did: Macrostep | undefined;
  try {
    did = foreign(`machine ${id}, state ${facts.id}`, () => taken(view.event()));
  } catch (e) {
    throw located(view.failure ?? e, place);
  }
  if (!did) {
    if (facts.mayBlock) return { trail: view.trail, result: undefined };
    throw new FaultlineError(
      'E_REFUSED',
      'every transition of the step is guarded and none of the guards is true',
      'Give the step a last transition without a guard, or tag the state may-block if the process really waits here.',
      place,
    );
  }
  const judgements = judge(system, id, view);
  const lines = did.actions.flatMap((a): Line[] => {
    if (a.type !== 'line') return [];
    const { text, fn, src } = a.params as { text: string; fn?: string; src?: Source };
    const source = src ?? facts.src;
    return [{ text, function: fn ?? facts.fn, ...(source && { source }) }];
  });
  return {
    trail: view.trail,
    result: {
      next: did.next,
      finished: did.finished,
      sends: view.sends,
      lines,
      marks: view.marks,
      taken: view.taken,
      judgements,
    },
  };
}

/** The monitors see the step, then the step properties judge it. */
function judge(system: System, process: string, view: View): readonly Judgement[] {
  if (system.properties.length === 0) return [];
  const seen: StepSeen = {
    process,
    marks: view.marks,
    written: [...new Set(view.sends.map(({ slot }) => system.names[slot]!))],
    events: (id) => view.sends.filter((e) => system.names[e.slot] === id).map((e) => e.event.type),
    before: (ref) => view.before(ref),
    after: (ref) => view.after(ref),
  };
  for (const p of system.properties) {
    if (!p.monitor) continue;
    const { monitor } = p;
    for (const event of judging(p.id, () => monitor.observe(seen))) view.apply(system.slot(monitor.ref.id), event);
  }
  return system.properties.map((p) => judging(p.id, () => p.step?.(seen)));
}

/** Turns what a property's predicate threw into an error that names the property. */
export function judging<T>(property: string, judge: () => T): T {
  try {
    return judge();
  } catch (e) {
    if (e instanceof FaultlineError) throw e;
    const text = e instanceof Error ? e.message : String(e);
    throw new FaultlineError('E_THROWN', `the property threw: ${text}`, 'A predicate judges and does not throw.', {
      machine: property,
    });
  }
}

/** Turns whatever a guard, effect or XState threw into an error that names machine and state. */
export function located(error: unknown, place: { machine: string; state: string }): FaultlineError {
  if (error instanceof FaultlineError) {
    // The place of an event that a component refuses is the component's: then the message says who sent it.
    const other = error.place.machine !== undefined && error.place.machine !== place.machine;
    const message = other ? `${error.message} (in the step of ${place.machine} at ${place.state})` : error.message;
    const file = error.place.file ?? ownPlace(error);
    return new FaultlineError(error.code, message, error.mend, {
      ...place,
      ...error.place,
      ...(file !== undefined && { file }),
    });
  }
  const text = thrownText(error, XSTATE_PREFACE);
  if (/infinite loop|maxIterations/i.test(text)) {
    return new FaultlineError(
      'E_ENDLESS',
      'the step runs through `always` transitions without end',
      'A loop of several iterations is a stable state that targets itself, one step per iteration.',
      place,
    );
  }
  return new FaultlineError(
    'E_THROWN',
    `a guard or effect threw: ${text}`,
    'Guards and effects must not throw.',
    place,
  );
}
