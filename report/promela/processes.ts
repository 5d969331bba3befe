/**
 * Shape `processes`: a process's local is the place in its program, so that SPIN looks at that place's rows alone. What no
 * other process reads or writes is the process's own variable, and what nobody reads is `local`: SPIN then knows that no
 * other step depends on it. (Steps that write what nobody reads are independent of each other, whoever takes them.)
 */
import type { Behaviour } from '../../explorer/behaviour.ts';
import { slotText } from '../../explorer/valuation.ts';
import type { SystemModel } from '../format.ts';
import { head, variables } from './declarations.ts';
import { type MergedRow, mergedRows } from './merged.ts';
import { comment, promelaNames } from './names.ts';
import { RowTexts } from './rows.ts';

export function processesShape(model: SystemModel): string {
  const { behaviour } = model;
  const { system, locals, rows } = behaviour;
  const names = promelaNames(system.names);
  const texts = new RowTexts(behaviour, names);
  const places = system.processes.map((_, p) =>
    locals[system.firstProcess + p]!.map((_, local) => mergedRows(rows[p]!.filter((row) => row.from === local))),
  );
  const users = usersOf(behaviour, places);
  const processes = system.processes.flatMap((_, p) => [
    '',
    `active proctype ${names[system.firstProcess + p]}() {`,
    ...variables(behaviour, names, (slot) => users[slot]!.owner === p),
    ...program(behaviour, texts, p, places[p]!),
    '}',
  ]);
  const shared = variables(
    behaviour,
    names,
    (slot) => users[slot]!.owner === undefined,
    (slot) => (users[slot]!.read ? '' : 'local '),
  );
  return [...head(model, 'processes', texts, shared), ...processes, ''].join('\n');
}

interface Users {
  /** The only process that reads or writes it, unless a property reads it. */
  readonly owner: number | undefined;
  /** Whether any step's condition or any property reads it. */
  readonly read: boolean;
}

/** By slot. */
function usersOf({ system, rules }: Behaviour, places: readonly (readonly (readonly MergedRow[])[])[]): Users[] {
  const users = system.names.map(() => new Set<number>());
  const judged = new Set(rules.flatMap((r) => r.wrong.flat()).map((c) => c.slot));
  const read = new Set(judged);
  for (const [p, own] of places.entries()) {
    for (const { when, effects } of own.flat()) {
      for (const { slot } of [...when, ...effects]) users[slot]!.add(p);
      for (const { slot } of when) read.add(slot);
    }
  }
  return users.map((of, slot) => ({
    owner: of.size === 1 && !judged.has(slot) ? [...of][0] : undefined,
    read: read.has(slot),
  }));
}

function program(
  { system, locals, finished, rests }: Behaviour,
  texts: RowTexts,
  p: number,
  places: readonly (readonly MergedRow[])[],
): string[] {
  const slot = system.firstProcess + p;
  // SPIN takes it for no deadlock if a process is left where the label begins with `end`.
  const mayStay = new Set([...finished[p]!, ...rests.locals[p]!]);
  const label = (local: number): string => `${mayStay.has(local) ? 'end' : 'at'}_${local}`;
  const alternative = (row: MergedRow): string => {
    const guard = texts.conditions(row.when).join(' && ') || 'true';
    const does = texts.statements(p, row);
    const step = does.length > 0 ? `d_step { ${[guard, ...does].join('; ')} }` : guard;
    return `  :: ${step} -> goto ${label(row.next)}; ${texts.origin(row)}`;
  };
  return places.flatMap((own, local) => {
    const begin = `${label(local)}: ${comment(slotText(system, slot, locals[slot]![local]!))}`;
    return own.length === 0 ? [begin, '  false;'] : [begin, '  if', ...own.map(alternative), '  fi;'];
  });
}
