/** Shape `processes`: a process's local is the place in its program, so that SPIN looks at that place's rows alone. */
import type { Behaviour, Row } from '../../explorer/behaviour.ts';
import { slotText } from '../../explorer/valuation.ts';
import type { SystemModel } from '../format.ts';
import { head } from './declarations.ts';
import { comment, promelaNames } from './names.ts';
import { RowTexts } from './rows.ts';

export function processesShape(model: SystemModel): string {
  const { behaviour } = model;
  const names = promelaNames(behaviour.system.names);
  const texts = new RowTexts(behaviour, names);
  const processes = behaviour.system.processes.flatMap((_, p) => [
    '',
    `active proctype ${names[behaviour.system.firstProcess + p]}() {`,
    ...program(behaviour, texts, p),
    '}',
  ]);
  return [...head(model, 'processes', names, texts), ...processes, ''].join('\n');
}

function program({ system, locals, rows, finished, rests }: Behaviour, texts: RowTexts, p: number): string[] {
  const slot = system.firstProcess + p;
  // SPIN takes it for no deadlock if a process is left where the label begins with `end`.
  const mayStay = new Set([...finished[p]!, ...rests.locals[p]!]);
  const label = (local: number): string => `${mayStay.has(local) ? 'end' : 'at'}_${local}`;
  const alternative = (row: Row): string => {
    const guard = texts.conditions(row.when).join(' && ') || 'true';
    const does = texts.statements(p, row);
    const step = does.length > 0 ? `d_step { ${[guard, ...does].join('; ')} }` : guard;
    return `  :: ${step} -> goto ${label(row.next)}; ${texts.origin(row)}`;
  };
  return locals[slot]!.flatMap((local, i) => {
    const own = rows[p]!.filter((row) => row.from === i);
    const begin = `${label(i)}: ${comment(slotText(system, slot, local))}`;
    return own.length === 0 ? [begin, '  false;'] : [begin, '  if', ...own.map(alternative), '  fi;'];
  });
}
