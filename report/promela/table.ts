/** Shape `table`: an alternative for each row, and the process's local in a variable. */
import type { Behaviour } from '../../explorer/behaviour.ts';
import { slotText } from '../../explorer/valuation.ts';
import type { SystemModel } from '../format.ts';
import { declaration, head, variables } from './declarations.ts';
import { asTheyAre, type MergedRow } from './merged.ts';
import { comment, promelaNames } from './names.ts';
import { RowTexts } from './rows.ts';

/** Where a process stands for SPIN: only in a place whose name begins with `end` may it be left for ever. */
type Place = 'go' | 'end_waits' | 'end';

export function tableShape(model: SystemModel): string {
  const { behaviour } = model;
  const names = promelaNames(behaviour.system.names);
  const texts = new RowTexts(behaviour, names);
  const processes = behaviour.system.processes.flatMap((_, p) => ['', ...process(behaviour, names, texts, p)]);
  return [...head(model, 'table', texts, variables(behaviour, names)), ...processes, ''].join('\n');
}

function process(behaviour: Behaviour, names: readonly string[], texts: RowTexts, p: number): string[] {
  const { system, locals, rows } = behaviour;
  const slot = system.firstProcess + p;
  const at = `${names[slot]}_at`;
  const place = placesOf(behaviour, p);
  const alternative = (row: MergedRow): string => {
    const guard = [`${at} == ${row.from}`, ...texts.conditions(row.when)].join(' && ');
    const move = row.next === row.from ? [] : [`${at} = ${row.next}`];
    const jump = place(row.next) === place(row.from) ? '' : ` goto ${place(row.next)};`;
    return `  :: d_step { ${[guard, ...texts.statements(p, row), ...move].join('; ')} };${jump} ${texts.origin(row)}`;
  };
  const loop = (label: Place): string[] => {
    const own = asTheyAre(rows[p]!).filter((row) => place(row.from) === label);
    if (own.length > 0) return [`${label}:`, '  do', ...own.map(alternative), '  od;'];
    // A place that is never left: what it waits for never comes.
    return locals[slot]!.some((_, local) => place(local) === label) ? [`${label}:`, '  false;'] : [];
  };
  return [
    ...locals[slot]!.map((l, i) => comment(`${at} ${i}: ${slotText(system, slot, l)}`)),
    declaration(at, locals[slot]!.length),
    '',
    `active proctype ${names[slot]}() {`,
    ...(place(0) === 'go' ? [] : [`  goto ${place(0)};`]),
    ...loop('go'),
    ...loop('end_waits'),
    'end:',
    '  false',
    '}',
  ];
}

function placesOf({ finished, rests }: Behaviour, p: number): (local: number) => Place {
  const [ended, waits] = [new Set(finished[p]), new Set(rests.locals[p])];
  return (local) => (ended.has(local) ? 'end' : waits.has(local) ? 'end_waits' : 'go');
}
