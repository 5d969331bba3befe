/** The model's one sequential run of a translated scenario, told in the words of the lab's tables. */
import { FaultlineError } from '../explorer/errors.ts';
import { type GlobalState, initialState, type Successor, stateView } from '../explorer/interpreter.ts';
import { canonical } from '../explorer/json.ts';
import type { StateFacts } from '../explorer/machine.ts';
import { raceEnds } from '../explorer/race.ts';
import { type TurnStep, takeTurn } from '../explorer/turns.ts';
import type { Config } from '../model/config.ts';
import { operationOf } from '../model/cost.ts';
import type { Design } from '../model/design.ts';
import { extent } from '../model/entries/extent.ts';
import { inode } from '../model/entries/inode.ts';
import { kernelMarks } from '../model/marks.ts';
import { type Prepared, prepare } from '../verify/verify.ts';
import { eventsOf } from './events.ts';
import { type PageText, pageText } from './pages.ts';
import { endOf, noted, nothingSeen, type Seen } from './seen.ts';
import type { SideTurn, Translated, TranslatedOperation, Turn } from './translated.ts';

/** What one operation of the lab did in the model. */
export interface ModelOperation {
  readonly signal?: string;
  /** What was loaded or read: one of these, if two wrote at once. */
  readonly values?: readonly number[];
  /** Faults that were handled: one that ends with a signal is none. */
  readonly faults: number;
  readonly timesUpdated: boolean;
  /** How many more pages of the file have a block. */
  readonly blocks: number;
  /** `i_size` in pages before and after. */
  readonly size: readonly [number, number];
  /** By mapping and page: `a1`. */
  readonly pages: ReadonlyMap<string, PageText>;
  readonly events: readonly string[];
  /** It did not come to its end: nobody else runs on whom it waits. */
  readonly stuck?: string;
}

/** Of every store and write(2) so far: when it was, and the byte that it left. */
type Written = Map<string, { readonly when: number; readonly byte: number; readonly whole: boolean }>;

/** What two calls at once came to. */
export interface RaceOutcome {
  /** Of each side the calls that it made. */
  readonly sides: readonly (readonly { readonly ends: string; readonly values?: readonly number[] }[])[];
  readonly faults: number;
  readonly timesUpdated: boolean;
  readonly blocks: number;
  readonly pages: ReadonlyMap<string, PageText>;
}

/** A call on several pages writes its range back at once, and the model page by page. */
const joined = ({ call }: TranslatedOperation, events: readonly string[]): readonly string[] =>
  call?.kind !== 'zero'
    ? events
    : events.filter(
        (e, n) =>
          !(e === 'wb_done' && events[n + 1] === 'wb_range') && !(e === 'wb_range' && events[n - 1] === 'wb_done'),
      );

/** Of a range that a PMD may map: what a lookup of it answers with depends on ext4's cache of extents. */
function configFor(design: Design, { huge, attempts }: Translated, given: Config): Config {
  if (!huge && !attempts) return given;
  const cached = huge && given.fs === 'ext4' && design.parts.es_cache !== null;
  return { ...given, thp: 'on', ...(cached && { 'es-cache': 'on' }) };
}

export class ModelRun {
  private readonly prepared: Prepared;
  private readonly translated: Translated;
  private state: GlobalState;
  private readonly written: Written;

  /** @returns why not, where the design has no such thing @throws FaultlineError for anything wrong with design or config */
  static async of(design: Design, translated: Translated, given: Config): Promise<ModelRun | string> {
    const config = configFor(design, translated, given);
    let prepared: Prepared;
    try {
      prepared = await prepare(design, translated.scenario, { config, properties: [] });
    } catch (e) {
      if (!(e instanceof FaultlineError) || e.code !== 'E_UNSUPPORTED') throw e;
      return translated.huge ? `PMD faults in ${design.id} on ${config.fs}` : e.message;
    }
    const run = new ModelRun(prepared, translated, initialState(prepared.system), new Map());
    for (const turn of translated.before) run.take(turn);
    return run;
  }

  private constructor(prepared: Prepared, translated: Translated, state: GlobalState, written: Written) {
    this.prepared = prepared;
    this.translated = translated;
    this.state = state;
    this.written = written;
  }

  /** The same, to go on from here without changing this one. */
  copy(): ModelRun {
    return new ModelRun(this.prepared, this.translated, this.state, new Map(this.written));
  }

  /** Identity of the state. */
  get key(): string {
    return canonical(this.state);
  }

  perform(operation: TranslatedOperation): ModelOperation {
    const { system } = this.prepared;
    const before = this.state;
    const steps: TurnStep[] = [];
    let stuck: string | undefined;
    for (const turn of operation.turns) {
      const taken = this.take(turn);
      steps.push(...taken.steps);
      if (taken.waits) stuck = `${turn.process} waits in ${taken.waits.fn}()`;
    }
    const marks = steps.flatMap((s) => kernelMarks(s.taken.result.marks));
    const { signal, content } = endOf(marks);
    const sent = steps.flatMap((s) => s.taken.result.sends);
    const look = (s: GlobalState) => stateView(system, s);
    return {
      ...(signal !== undefined && { signal }),
      ...(content && { values: this.bytesOf(content) }),
      faults: marks.filter((m) => m.type === 'trap').length - (signal === undefined ? 0 : 1),
      timesUpdated: sent.some((s) => s.slot === system.slot(inode.id) && s.event.type === 'FILE_UPDATE_TIME'),
      blocks: this.blocksIn(this.state) - this.blocksIn(before),
      size: [look(before).after(inode).size, look(this.state).after(inode).size],
      pages: this.pagesOf(operation),
      events: joined(operation, eventsOf(this.prepared, this.translated, steps)),
      ...(stuck !== undefined && { stuck }),
    };
  }

  /** @returns why the model cannot do it from here */
  refuses({ notModelled, call }: TranslatedOperation): string | undefined {
    if (notModelled !== undefined || call?.kind !== 'msync') return notModelled;
    // msync(2) of the model is of the whole mapping; that of a part is the same where nothing else is dirty.
    const inside = [...this.translated.pages.values()].filter((p) => p >= call.page && p < call.page + call.pages);
    return this.dirtyOutside(inside) ? 'msync(2) of a part of the mapping, while other pages are dirty' : undefined;
  }

  /** Whether the entry of another page than these is dirty. */
  private dirtyOutside(pages: readonly number[]): boolean {
    return [...this.translated.pages].some(
      ([name, page]) => !pages.includes(page) && pageText(this.prepared, this.state, undefined, name).dirty,
    );
  }

  private take(turn: Turn): ReturnType<typeof takeTurn> {
    const { system } = this.prepared;
    const number = system.processes.findIndex((p) => p.id === turn.process);
    this.writes(turn, this.written.size);
    // Outside of any operation it is being born, or dies.
    const taken = takeTurn(system, this.state, number, ({ stack }) => operationOf(stack) <= turn.position);
    this.state = taken.state;
    return taken;
  }

  private writes(turn: Turn, when: number): void {
    if (turn.byte === undefined) return;
    const operation = this.prepared.scene.threads.find((t) => t.id === turn.process)!.operations[turn.position]!;
    this.written.set(operation.token, { when, byte: turn.byte, whole: operation.name === 'write' });
  }

  /** The byte that the last of these wrote, or the bytes if they wrote at once; none: zeros. */
  private bytesOf(content: readonly string[]): number[] {
    const found = content.flatMap((token) => this.written.get(token) ?? []);
    const last = Math.max(...found.map((w) => w.when));
    const together = found.filter((w) => w.when === last);
    // write(2) replaces the page: what is there beside it came after it.
    const stored = together.filter((w) => !w.whole);
    const bytes = (stored.length > 0 ? stored : together).map((w) => w.byte);
    return bytes.length === 0 ? [0] : [...new Set(bytes)];
  }

  /** Everything that two calls at once can come to; each with the run that goes on from there. */
  race(operation: TranslatedOperation): { readonly outcome: RaceOutcome; readonly run: ModelRun }[] {
    const { system } = this.prepared;
    const given = operation.sides!;
    const when = this.written.size;
    for (const t of given.flat()) this.writes(t, when);
    const before = this.state;
    const sides = given.map((turns) => ({
      turns: turns.map(({ process, position, call }) => ({
        process: system.processes.findIndex((p) => p.id === process),
        goesOn: ({ stack }: StateFacts) => operationOf(stack) <= position,
        note: (seen: Seen, step: Successor) => noted(seen, step, call, system.slot(inode.id)),
      })),
      nothing: nothingSeen(turns),
    }));
    return raceEnds(system, before, sides).map(({ state, seen, stuck }) => {
      const run = new ModelRun(this.prepared, this.translated, state, new Map(this.written));
      const outcome: RaceOutcome = {
        sides: seen.map((s, n) => this.callsOf(s, given[n]!, stuck[n])),
        faults: seen.reduce((n, s) => n + s.traps - (s.calls.some((c) => c.signal !== undefined) ? 1 : 0), 0),
        timesUpdated: seen.some((s) => s.times),
        blocks: run.blocksIn(state) - run.blocksIn(before),
        pages: run.pagesOf(operation),
      };
      return { outcome, run };
    });
  }

  /** @param waits the turn in which it waits for ever */
  private callsOf(
    { calls }: Seen,
    turns: readonly SideTurn[],
    waits: number | undefined,
  ): RaceOutcome['sides'][number] {
    const killed = calls.findIndex((c) => c.signal !== undefined);
    const stuck = waits === undefined ? undefined : (turns[waits]!.call ?? 0);
    return calls.slice(0, 1 + (killed < 0 ? (stuck ?? calls.length) : killed)).map(({ signal, content }, n) => ({
      ends: n === stuck ? 'waits for ever' : (signal ?? 'returns'),
      ...(content && { values: this.bytesOf(content) }),
    }));
  }

  private blocksIn(state: GlobalState): number {
    const view = stateView(this.prepared.system, state);
    const { standFor } = this.translated;
    const there = this.prepared.scene.pages.filter((p) => view.after(extent(p.name)).block !== null);
    return there.reduce((n, p) => n + standFor.get(p.name)!, 0);
  }

  private pagesOf({ mapped }: TranslatedOperation): Map<string, PageText> {
    const { pages } = this.translated;
    const texts = [...mapped].flatMap(([letter, process]) => {
      const thread = this.prepared.scene.threads.find((t) => t.id === process);
      return [...pages].map(
        ([name, page]) => [`${letter}${page}`, pageText(this.prepared, this.state, thread?.vma, name)] as const,
      );
    });
    return new Map(texts);
  }
}
