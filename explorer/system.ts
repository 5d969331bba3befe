/** The closed system that is explored: components, processes and the monitors of the properties that run. */
import type { AnyStateMachine } from 'xstate';
import type { AnyKind, EventLike } from './component.ts';
import { FaultlineError, nearNames } from './errors.ts';
import type { Monitor, PropertyInstance } from './property.ts';

/** New names by old ones; what is not in it keeps its name. Names are whole words of the slots' names. */
export type Renaming = Readonly<Record<string, string>>;

export interface ComponentInstance {
  readonly id: string;
  readonly kind: AnyKind;
  /** Sent to the machine's initial state, in order, to make the scenario's initial state. */
  readonly init: readonly EventLike[];
}

export interface ProcessInstance {
  /** The process's name, e.g. `T0`. */
  readonly id: string;
  readonly machine: AnyStateMachine;
}

export interface SystemSpec {
  readonly components: readonly ComponentInstance[];
  readonly processes: readonly ProcessInstance[];
  readonly properties: readonly PropertyInstance[];
  /** Under which the system may look the same: candidates, for a search that reduces by symmetry. */
  readonly renamings?: () => readonly Renaming[];
}

export interface ComponentSlot {
  readonly id: string;
  readonly kind: AnyKind;
  readonly init: readonly EventLike[];
  /** Set for a property's monitor: section rules do not apply to it. */
  readonly monitor?: Monitor;
}

/**
 * Slots of the state vector: components, then processes, then monitors. `components[i]` is undefined where slot `i`
 * is a process.
 */
export class System {
  readonly components: readonly (ComponentSlot | undefined)[];
  readonly processes: readonly ProcessInstance[];
  readonly properties: readonly PropertyInstance[];
  readonly firstProcess: number;
  readonly slotCount: number;
  readonly names: readonly string[];
  private readonly slots: ReadonlyMap<string, number>;
  private readonly spec: SystemSpec;

  constructor(spec: SystemSpec) {
    this.spec = spec;
    for (const p of spec.properties) {
      if (p.deadlock && (p.step || p.states || p.quiescence)) {
        // A deadlock is seen when a state is expanded, the others when it is found: the first sighting would not be shortest.
        throw new FaultlineError(
          'E_CHART',
          `the property ${p.id} judges deadlocks and states or steps`,
          'Make two properties of it: one with `deadlock`, one with the rest.',
          { machine: p.id },
        );
      }
    }
    const shared: ComponentSlot[] = spec.components.map((c) => ({ ...c }));
    const monitors: ComponentSlot[] = spec.properties.flatMap((p) =>
      p.monitor ? [{ id: p.monitor.ref.id, kind: p.monitor.kind, init: [], monitor: p.monitor }] : [],
    );
    this.processes = spec.processes;
    this.properties = spec.properties;
    this.firstProcess = shared.length;
    this.components = [...shared, ...spec.processes.map(() => undefined), ...monitors];
    this.names = [...shared.map((c) => c.id), ...spec.processes.map((p) => p.id), ...monitors.map((m) => m.id)];
    this.slotCount = this.names.length;
    this.slots = new Map(this.names.map((n, i) => [n, i]));
    const twice = this.names.find((n, i) => this.names.indexOf(n) !== i);
    if (twice !== undefined) {
      throw new FaultlineError(
        'E_COMPONENT',
        `two parts of the system have the name ${twice}`,
        'Names are identities.',
      );
    }
  }

  get renamings(): readonly Renaming[] {
    return this.spec.renamings?.() ?? [];
  }

  /** The same under other properties, with their monitors in place of the others. */
  withProperties(properties: readonly PropertyInstance[]): System {
    return new System({ ...this.spec, properties });
  }

  /** Slot of a component. @throws FaultlineError E_COMPONENT for a name that the system lacks. */
  slot(id: string): number {
    const slot = this.slots.get(id);
    if (slot === undefined || !this.components[slot]) {
      const known = this.names.filter((_, i) => this.components[i]);
      throw new FaultlineError('E_COMPONENT', `there is no component ${id}`, nearNames(id, known));
    }
    return slot;
  }

  component(slot: number): ComponentSlot {
    return this.components[slot]!;
  }

  isMonitor(slot: number): boolean {
    return this.components[slot]?.monitor !== undefined;
  }
}
