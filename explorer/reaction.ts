/** What a component makes of an event, and the errors of one that it cannot receive. */
import type { AnyStateMachine } from 'xstate';
import type { AnyKind, EventLike, Local } from './component.ts';
import { FaultlineError, type Place } from './errors.ts';
import { misfit } from './event-fields.ts';
import { canonical } from './json.ts';
import { localOf, resolve, type Stepper, sharedStepper, XSTATE_PREFACE } from './machine.ts';
import { plainReaction, type Reaction } from './plain-component.ts';
import { thrownText } from './thrown.ts';

/** What the shared stepper made of machine, local and event: it is asked again and again while tables grow. */
const reactions = new WeakMap<AnyStateMachine, WeakMap<Local, Map<string, Local>>>();

/**
 * A component's reaction to an event.
 * @throws FaultlineError E_UNHANDLED where the machine accepts no such event in that state, E_EVENT_NAME where it
 * declares none of that name or with those fields.
 */
export function react(kind: AnyKind, local: Local, event: EventLike, stepper: Stepper): Local {
  if (stepper === sharedStepper) return reactOnce(kind, local, event);
  return reactAnew(kind, local, event, byXState(kind.machine, stepper));
}

function reactOnce(kind: AnyKind, local: Local, event: EventLike): Local {
  const ofMachine = reactions.get(kind.machine) ?? new WeakMap<Local, Map<string, Local>>();
  reactions.set(kind.machine, ofMachine);
  const ofLocal = ofMachine.get(local) ?? new Map<string, Local>();
  ofMachine.set(local, ofLocal);
  const key = canonical(event);
  const known = ofLocal.get(key);
  if (known) return known;
  const { machine } = kind;
  const next = reactAnew(kind, local, event, plainReaction(machine) ?? byXState(machine, sharedStepper));
  ofLocal.set(key, next);
  return next;
}

function reactAnew(kind: AnyKind, local: Local, event: EventLike, reaction: Reaction): Local {
  checkEvent(kind, local, event);
  const next = reactionTo(kind, local, event, reaction);
  if (next) return next;
  throw new FaultlineError(
    'E_UNHANDLED',
    `${event.type} reaches ${articled(kind.kind)} that does not accept it in this state`,
    'If the real object can receive it there, handle it (a wanted no-op is the action `ignored`); if not, the path is wrong.',
    placeOf(kind, local),
  );
}

const byXState =
  (machine: AnyStateMachine, stepper: Stepper): Reaction =>
  (local, event) => {
    const from = resolve(machine, local);
    return from.can(event as never) ? localOf(stepper(machine, from, event)[0]) : undefined;
  };

function checkEvent(kind: AnyKind, local: Local, event: EventLike): void {
  if (!(kind.events as readonly string[]).includes(event.type)) {
    throw new FaultlineError(
      'E_EVENT_NAME',
      `${kind.kind} receives ${event.type}, which it does not declare`,
      `Declared: ${kind.events.join(', ')}.`,
      placeOf(kind, local),
    );
  }
  const fields = kind.fields?.[event.type] ?? true;
  const wrong = fields === true ? undefined : misfit(event, fields);
  if (!wrong) return;
  const message = `${kind.kind} receives ${event.type} with ${wrong.message}`;
  throw new FaultlineError('E_EVENT_NAME', message, wrong.mend, placeOf(kind, local));
}

function reactionTo(kind: AnyKind, local: Local, event: EventLike, reaction: Reaction): Local | undefined {
  try {
    return reaction(local, event);
  } catch (e) {
    throw new FaultlineError(
      'E_THROWN',
      `a ${kind.kind} threw at ${event.type}: ${thrownText(e, XSTATE_PREFACE)}`,
      'Guards and effects must not throw.',
      placeOf(kind, local),
    );
  }
}

/** Where the component stands. */
const placeOf = (kind: AnyKind, local: Local): Place => ({ machine: kind.kind, state: kind.show(kind.decode(local)) });

/** `an entry`, `a pte`. */
const articled = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
