/** A counterexample as a SARIF code flow: a thread flow per process, interleaved by `executionOrder`. */
import type { CodeFlow, Location, MultiformatMessageString, ThreadFlowLocation } from 'sarif';
import type { TraceStep } from '../../explorer/trace.ts';
import type { PropertyResult } from '../../verify/result.ts';
import { callsIn } from '../calls.ts';
import { caption, processTexts } from '../processes.ts';
import { fatalStep, readingTexts } from '../reading.ts';
import { lengthText } from '../summary.ts';
import type { Run } from '../verdicts.ts';
import type { Locations } from './locations.ts';

type State = Record<string, MultiformatMessageString>;

export function codeFlow(run: Run, result: PropertyResult, locations: Locations): CodeFlow {
  const { trace = [], initial = {}, loopFrom } = result;
  const fatal = fatalStep(result);
  const processes = processTexts(run.scenario, run.processes);
  const calls = callsIn(trace, processes);
  const steps = trace.map((step, i) => {
    const bad = i === fatal ? '; from here on every continuation is bad' : '';
    const location = locations.ofStep(run, step, `${messageOf(step)}${bad}`);
    return flowLocation(step, i, trace.length, calls[i]!.functions.length, location);
  });
  const loop = loopFrom === undefined ? '' : `, the steps from ${loopFrom + 1} on for ever`;
  const own = (id: string): ThreadFlowLocation[] => steps.filter((_, i) => trace[i]!.process === id);
  return {
    message: { text: [`${lengthText(result)}${loop}.`, ...readingTexts(result, processes.length)].join(' ') },
    threadFlows: processes
      .filter((p) => own(p.id).length > 0)
      .map((p) => ({
        id: p.id,
        message: { text: caption(p) },
        initialState: texts(Object.entries(initial)),
        locations: own(p.id),
      })),
  };
}

/** What the step does, and what it changes. */
export function messageOf(step: TraceStep): string {
  const said = step.step === '' ? (step.stack.at(-1) ?? '') : step.step;
  const changes = Object.entries(step.changes).map(([name, [before, after]]) => `${name}: ${before} -> ${after}`);
  return [`${step.process} ${step.function}(): ${said}`, ...changes].join('; ');
}

function flowLocation(
  step: TraceStep,
  index: number,
  length: number,
  nestingLevel: number,
  location: Location,
): ThreadFlowLocation {
  const changed = Object.entries(step.changes).map(([name, [, after]]) => [name, after] as const);
  const last = index === length - 1;
  return {
    location,
    executionOrder: index + 1,
    nestingLevel,
    importance: last ? 'essential' : changed.length > 0 ? 'important' : 'unimportant',
    ...(changed.length > 0 && { state: texts(changed) }),
  };
}

const texts = (values: readonly (readonly [string, string])[]): State =>
  Object.fromEntries(values.map(([name, text]) => [name, { text }]));
