/**
 * Random systems of equal processes: two to four copies of one, with some components that are shared, and one of the
 * same kind for each process alone. Whether they are symmetric is left to chance: a queue holds names, and some of what
 * a process or a property asks tells one name from another.
 */
import fc from 'fast-check';
import type { Renaming } from '../../explorer/system.ts';
import { System } from '../../explorer/system.ts';
import { buildSystem } from './build-system.ts';
import { type ClaimData, type PropertyData, type SystemData, systemData } from './random-system.ts';

export interface SymmetricData {
  readonly base: SystemData;
  readonly copies: number;
  /** Whether properties are about all processes alike. */
  readonly fair: boolean;
}

export const symmetricData: fc.Arbitrary<SymmetricData> = fc.record({
  base: systemData,
  copies: fc.integer({ min: 2, max: 4 }),
  fair: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.boolean() }),
});

export function symmetricSystem({ base, copies, fair }: SymmetricData): System {
  const [own, ...shared] = base.components;
  const places = [...shared, ...Array.from({ length: copies }, () => own!)];
  /** Component numbers as process `i` means them: the last one is its own. */
  const asSeenBy = <T>(i: number, data: T): T =>
    JSON.parse(JSON.stringify(data), (key, value) => {
      if (key !== 'component' && key !== 'told' && key !== 'onChange') return value;
      const n = value % (shared.length + 1);
      return n === shared.length ? shared.length + i : n;
    }) as T;
  const everyones = (claims: readonly ClaimData[]) =>
    claims.flatMap((c) => Array.from({ length: copies }, (_, i) => asSeenBy(i, c)));
  const property = (p: PropertyData): PropertyData =>
    fair
      ? {
          ...p,
          monitor: p.monitor && { ...p.monitor, onChange: p.monitor.onChange % Math.max(1, shared.length) },
          step: p.step && shared.length > 0 ? sharedOnly({ ...p.step, process: null }, shared.length) : null,
          states: everyones(p.states),
          quiescence: everyones(p.quiescence),
        }
      : p;
  const system = buildSystem({
    ...base,
    components: places,
    processes: Array.from({ length: copies }, (_, i) => asSeenBy(i, base.processes[0]!)),
    properties: base.properties.map(property),
  });
  return new System({
    components: system.components.flatMap((c) => (c && !c.monitor ? [c] : [])),
    processes: system.processes,
    properties: system.properties,
    renamings: () => swaps(copies, shared.length),
  });
}

/** Swaps each process with the next, and its own component with the other's. */
export const swaps = (copies: number, shared: number): Renaming[] =>
  Array.from({ length: copies - 1 }, (_, i) => ({
    [`T${i}`]: `T${i + 1}`,
    [`T${i + 1}`]: `T${i}`,
    [`c${shared + i}`]: `c${shared + i + 1}`,
    [`c${shared + i + 1}`]: `c${shared + i}`,
  }));

const sharedOnly = <T>(data: T, shared: number): T =>
  JSON.parse(JSON.stringify(data), (key, value) => (key === 'component' ? value % shared : value)) as T;
