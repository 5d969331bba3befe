/** The head of a model: where it is from, and its variables with what each of their values stands for. */
import type { Behaviour } from '../../explorer/behaviour.ts';
import { slotText } from '../../explorer/valuation.ts';
import type { SystemModel } from '../format.ts';
import { count, grouped } from '../text.ts';
import { comment } from './names.ts';
import type { RowTexts } from './rows.ts';

/** Everything before the processes but the processes' own variables. */
export function head(
  { design, scenario, config, behaviour, notApplicable }: SystemModel,
  shape: string,
  texts: RowTexts,
  shared: readonly string[],
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
    ...notApplicable.map((id) => comment(`${id} does not apply to this design or config: it is not in this model`)),
    '',
    ...shared,
    ...texts.checks.declarations(),
  ];
}

/** A variable that takes `size` values: as many bits. */
export const declaration = (name: string, size: number): string =>
  size <= 2 ? `bit ${name};` : `unsigned ${name} : ${Math.ceil(Math.log2(size))};`;

/** Of every component that ever changes and that is wanted, with what its values stand for. */
export function variables(
  { system, locals }: Behaviour,
  names: readonly string[],
  wanted: (slot: number) => boolean = () => true,
  before: (slot: number) => string = () => '',
): string[] {
  return system.names.flatMap((name, slot) => {
    const own = locals[slot]!;
    if (!system.components[slot] || own.length < 2 || !wanted(slot)) return [];
    const meanings = own.map((l, i) => `${i} ${slotText(system, slot, l)}`);
    return [comment(`${name}: ${meanings.join(', ')}`), `${before(slot)}${declaration(names[slot]!, own.length)}`];
  });
}
