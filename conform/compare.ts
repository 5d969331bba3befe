/** What a kernel did in one operation, and what the model did, layer by layer. */
import { normalised } from './events.ts';
import type { ModelOperation } from './model-run.ts';
import { NOTHING, recordedText } from './pages.ts';
import type { Call } from './script.ts';
import { FAILED, type Result, type SideResult, type TableOperation, type TableScenario } from './table.ts';
import type { TranslatedOperation } from './translated.ts';

/**
 * `user`: what the caller can see; `state`: PTEs, PMDs and the entries of the file's tree; `events`: the faults that were
 * taken and the tracepoints of fs/dax.c.
 */
export type Layer = 'user' | 'state' | 'events';
export const LAYERS: readonly Layer[] = ['user', 'state', 'events'];

export interface Difference {
  readonly layer: Layer;
  /** `value`, `mtime`, `a1 mapped`, `entry 1`, … */
  readonly what: string;
  readonly kernel: string;
  readonly model: string;
}
export interface Compared {
  /** How many facts were held beside each other. */
  readonly facts: Readonly<Record<Layer, number>>;
  readonly differences: readonly Difference[];
}

/** Of a large file only some pages are looked at: those that any row of the scenario has, as `a1`. */
export const watchedIn = (recorded: TableScenario): ReadonlySet<string> =>
  new Set(recorded.operations.flatMap((o) => o.pages.map((p) => `${p.mapping}${p.page}`)));

type Fact = readonly [what: string, kernel: string, model: string];

/** @param watched of a mapping of a large file: what is looked at, as `a1`; undefined: all of it */
export function compareOperation(
  operation: TranslatedOperation,
  model: ModelOperation,
  watched: ReadonlySet<string> | undefined,
): Compared {
  const facts: Readonly<Record<Layer, readonly Fact[]>> = {
    user: userFacts(operation, model, watched === undefined),
    state: stateFacts(operation.recorded, model, watched),
    events: [['events', listText(normalised(operation.recorded.events)), listText(model.events)]],
  };
  return {
    facts: { user: facts.user.length, state: facts.state.length, events: facts.events.length },
    differences: LAYERS.flatMap((layer) =>
      facts[layer].flatMap(([what, kernel, ours]) => (kernel === ours ? [] : [{ layer, what, kernel, model: ours }])),
    ),
  };
}

const listText = (events: readonly string[]): string => (events.length === 0 ? 'none' : events.join('; '));

/** @param small whether the model has all of the file's pages */
function userFacts(
  { recorded: { result }, call, turns }: TranslatedOperation,
  model: ModelOperation,
  small: boolean,
): Fact[] {
  const inChild = call?.kind === 'child';
  const accesses = call?.kind === 'load' || call?.kind === 'store';
  const value = (n: number | undefined): string => (n === undefined ? 'none' : String(inChild ? n & CHILD_BITS : n));
  const got = gotOf(call, result);
  const moved = (yes: boolean): string => (yes ? 'moved' : 'same');
  // What the model leaves out as of no consequence does not count.
  const left = turns.length === 0 && CHANGES.has(call?.kind ?? '');
  const [before, after] = model.size;
  return [
    ['ends', endText(result.rc), model.stuck ?? model.signal ?? 'returns'],
    ...(got === undefined && model.values === undefined
      ? []
      : [['value', value(got), value(oneOf(model.values, got, inChild))] as const]),
    // fork(2) itself and the child's own pages count as well.
    ...(inChild || !accesses
      ? []
      : [['faults', String(result.minorFaults + result.majorFaults), String(model.faults)] as const]),
    ...(small && !left
      ? ([
          ['mtime', moved(result.mtime === 'moved'), moved(model.timesUpdated)],
          ['blocks', pagesOf(result), String(model.blocks)],
          ['size', sizeText(result.size, before), `${before} -> ${after} pages`],
        ] as const)
      : []),
  ];
}

/** How a call came to its end. */
export function endText(rc: string): string {
  if (rc === FAILED) return 'fails';
  if (rc.startsWith('-')) return `fails with ${rc.slice(1)}`;
  return rc.startsWith('SIG') ? rc : 'returns';
}

/** What a call loaded or read. */
export const gotOf = (call: Call | null | undefined, { rc, value }: SideResult): number | undefined =>
  // read(2) behind the end returns no byte.
  call?.kind === 'read' && rc === '0' ? undefined : value;

/** Calls that change the file. */
const CHANGES: ReadonlySet<string> = new Set(['truncate', 'write', 'punch', 'falloc', 'zero']);
/** Of what the model allows, what the kernel had, if that is among it. */
function oneOf(
  values: readonly number[] | undefined,
  recorded: number | undefined,
  inChild: boolean,
): number | undefined {
  return values?.find((v) => (inChild ? v & CHILD_BITS : v) === recorded) ?? values?.[0];
}

/** A child tells what it got in its exit code. */
export const CHILD_BITS = 63;
/** By how many pages the file grew on storage. */
export const pagesOf = ({ blocks }: Result): string => String(blocks / SECTORS);
/** 512-byte sectors of a page. */
const SECTORS = 8;
const PAGE_SIZE = 4096;

const sizeText = (size: number | undefined, before: number): string =>
  `${before} -> ${size === undefined ? before : size / PAGE_SIZE} pages`;

function stateFacts(recorded: TableOperation, model: ModelOperation, watched: ReadonlySet<string> | undefined): Fact[] {
  const seen = new Map(recorded.pages.map((p) => [`${p.mapping}${p.page}`, recordedText(p)]));
  return [...model.pages].flatMap(([name, ours]): Fact[] => {
    if (watched && !watched.has(name)) return [];
    const kernel = seen.get(name) ?? NOTHING;
    return [
      [`${name} mapped`, kernel.mapped, ours.mapped],
      [`${name} entry`, kernel.entry, ours.entry],
    ];
  });
}
