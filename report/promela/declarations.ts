/** The head of a model: where it is from, and its variables with what each of their values stands for. */
import type { Behaviour } from '../../explorer/behaviour.ts';
import { slotText } from '../../explorer/valuation.ts';
import type { SystemModel } from '../format.ts';
import { count, grouped } from '../text.ts';
import { comment } from './names.ts';
import type { RowTexts } from './rows.ts';

/** Everything before the processes. */
export function head(
  { design, scenario, config, behaviour }: SystemModel,
  shape: string,
  names: readonly string[],
  texts: RowTexts,
): string[] {
  const { states, transitions, system, rests } = behaviour;
  const properties = system.properties.map((p) => p.id).join(', ') || 'none';
  return [
    comment(`faultline export: ${design}: ${scenario}`),
    comment(`${config}; properties: ${properties}; shape: ${shape}`),
    comment(`${grouped(states)} states, ${grouped(transitions)} transitions; SPIN finds as many with`),
    comment('spin -o1 -o2 -o3 -a, cc -DSAFETY -DNOREDUCE, pan -c0; it counts the initial state as a transition'),
    ...(rests.lookAlikes === 0
      ? []
      : [comment(`SPIN will not tell ${count(rests.lookAlikes, 'deadlock')} from waiting for the environment`)]),
    '',
    ...variables(behaviour, names),
    ...texts.checks.declarations(),
  ];
}

/** A variable that takes `size` values: as many bits. */
export const declaration = (name: string, size: number): string =>
  size <= 2 ? `bit ${name};` : `unsigned ${name} : ${Math.ceil(Math.log2(size))};`;

/** Of every component that ever changes. */
function variables({ system, locals }: Behaviour, names: readonly string[]): string[] {
  return system.names.flatMap((name, slot) => {
    const own = locals[slot]!;
    if (!system.components[slot] || own.length < 2) return [];
    const meanings = own.map((l, i) => `${i} ${slotText(system, slot, l)}`);
    return [comment(`${name}: ${meanings.join(', ')}`), declaration(names[slot]!, own.length)];
  });
}
