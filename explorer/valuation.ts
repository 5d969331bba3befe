/** A global state as text: every component as its kind shows it, every process by its place and its own variables. */
import type { Local } from './component.ts';
import type { GlobalState } from './interpreter.ts';
import { canonical } from './json.ts';
import { stateFacts } from './machine.ts';
import type { System } from './system.ts';

/** By the name of the component or process, in the order of the system's slots. */
export type Valuation = Readonly<Record<string, string>>;

/** Monitors are left out unless asked for: they are the checker's, not the kernel's. */
export const valuation = (system: System, state: GlobalState, monitors = false): Valuation =>
  valuationOf(system, (slot) => state[slot]!, monitors);

function valuationOf(system: System, local: (slot: number) => Local, monitors = false): Valuation {
  const shown = system.names.flatMap((name, slot) => {
    if (system.isMonitor(slot) && !monitors) return [];
    return [[name, slotText(system, slot, local(slot))]];
  });
  return Object.fromEntries(shown) as Valuation;
}

/** `rw blk.a dirty`; of a process `do_page_fault/handle_pte_fault orig_pte={"pfn":"blk.a"}`. */
export function slotText(system: System, slot: number, local: Local): string {
  const component = system.components[slot];
  if (component) return component.kind.show(component.kind.decode(local));
  const { machine } = system.processes[slot - system.firstProcess]!;
  const registers = Object.entries(local.context).map(([name, value]) => `${name}=${canonical(value)}`);
  return [stateFacts(machine, local).stack.join('/'), ...registers.sort()].join(' ');
}
