/** What `explain` says of counterexamples beside their tables: that they replay, or where they depart. */
import type { ExpectedStep, PossibleStep } from '../explorer/retrace.ts';
import type { TraceStep } from '../explorer/trace.ts';
import type { Explained } from '../verify/explain.ts';
import { count, WIDTH, wrap } from './text.ts';

export function explainedText(e: Explained): string[] {
  const which = `${e.design}, "${e.scenario}": the counterexample of ${e.property}`;
  if (e.harmless) {
    return wrap(
      `${which} replays (${count(e.length, 'step')}), but it does not violate ${e.property} any more.`,
      WIDTH,
      2,
    );
  }
  if (!e.departure) return wrap(`${which} replays: ${count(e.length, 'step')}, as stored.`, WIDTH, 2);
  const { after, expected, why, possible } = e.departure;
  const at = expected ? `at step ${after + 1} of ${e.length}` : 'before its first step';
  return [
    ...wrap(`${which} no longer replays: it departs ${at}: ${why}.`, WIDTH, 2),
    ...(expected ? ['  Expected:', ...stepLines(expected)] : []),
    possible.length === 0 ? '  Nothing can step there.' : '  Possible there:',
    ...possible.flatMap(stepLines),
  ];
}

function stepLines(step: ExpectedStep | PossibleStep): string[] {
  const said = step.step === '' && 'stack' in step ? ((step as TraceStep).stack.at(-1) ?? '') : step.step;
  const changes = Object.entries(step.changes ?? {}).map(([name, [from, to]]) => `// ${name}: ${from} -> ${to}`);
  return [
    ...wrap(`    ${step.process}, alternative ${step.alternative}: ${step.function}(): ${said}`, WIDTH, 8),
    ...changes.flatMap((c) => wrap(`        ${c}`, WIDTH, 11)),
  ];
}
