/**
 * A design's parts are somebody's code: while a system is built, a part that throws or returns something else than a chart
 * is named, and the watchdog knows that it runs.
 */
import { FaultlineError, nearNames } from '../explorer/errors.ts';
import { foreign } from '../explorer/pulse.ts';
import { thrownText } from '../explorer/thrown.ts';
import type { Design } from '../model/design.ts';

type Part = (...args: unknown[]) => unknown;

/** Parts within parts: the built-in designs have a dozen levels. Beyond this, they call each other in a circle. */
const DEEPEST = 200;

/** The design with every part wrapped. What parts are for the checker does not change. */
export function guarded(design: Design): Design {
  const parts: Record<string, unknown> = {};
  const nesting = { depth: 0 };
  for (const [name, part] of Object.entries(design.parts)) {
    parts[name] = typeof part === 'function' ? guardedPart(design, name, part as Part, nesting) : part;
  }
  return { ...design, parts: parts as unknown as Design['parts'] };
}

function guardedPart(design: Design, name: string, part: Part, nesting: { depth: number }): Part {
  const place = { machine: design.id, state: name };
  return (...args) => {
    let made: unknown;
    nesting.depth++;
    try {
      if (nesting.depth > DEEPEST) {
        throw new FaultlineError(
          'E_CHART',
          `part ${name} leads to itself without end`,
          'A part is a copy at each of its call sites: a loop is a state that targets itself, not a call.',
          place,
        );
      }
      made = foreign(`part ${name}`, () => part(...args));
    } catch (e) {
      if (e instanceof FaultlineError) throw e;
      throw new FaultlineError('E_CHART', `part ${name} threw: ${thrownText(e)}`, mendFor(e, design), place);
    } finally {
      nesting.depth--;
    }
    if (!isState(made)) {
      throw new FaultlineError(
        'E_CHART',
        `part ${name} returned ${made instanceof Promise ? 'a promise' : 'no chart'}`,
        'A part returns chart(here, { … }), step(…), wait(…) or dispatch(…), and is no async function.',
        place,
      );
    }
    return made;
  };
}

function mendFor(thrown: unknown, design: Design): string {
  const missing = /\bd\.(?<name>\w+) is not a function/.exec(thrownText(thrown))?.groups?.name;
  if (missing && thrown instanceof TypeError) {
    return `The design has no part ${missing}. ${nearNames(missing, Object.keys(design.parts))}`;
  }
  return 'A part builds its chart from what it is given; it must not throw.';
}

/** Something that XState takes as the config of a state. */
const isState = (made: unknown): boolean =>
  typeof made === 'object' && made !== null && ['states', 'on', 'always', 'type', 'meta'].some((k) => k in made);
