/** The model's one sequential run of a translated scenario, told in the words of the lab's tables. */
import type { GlobalState } from '../explorer/interpreter.ts';
import { initialState, stateView } from '../explorer/interpreter.ts';
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
import type { Translated, TranslatedOperation, Turn } from './translate.ts';

/** What one operation of the lab did in the model. */
export interface ModelOperation {
  readonly signal?: string;
  readonly value?: number;
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

export class ModelRun {
  private readonly prepared: Prepared;
  private readonly translated: Translated;
  private state: GlobalState;
  /** Of every store and write(2) so far: when it was, and the byte that it left. */
  private readonly written = new Map<string, { readonly when: number; readonly byte: number }>();

  static async of(design: Design, translated: Translated, config: Config): Promise<ModelRun> {
    return new ModelRun(await prepare(design, translated.scenario, { config, properties: [] }), translated);
  }

  private constructor(prepared: Prepared, translated: Translated) {
    this.prepared = prepared;
    this.translated = translated;
    this.state = initialState(prepared.system);
    for (const turn of translated.before) this.take(turn);
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
    const killed = marks.find((m) => m.type === 'killed');
    const got = marks.findLast((m) => m.type === 'hw-load' || m.type === 'read-copy');
    const sent = steps.flatMap((s) => s.taken.result.sends);
    const look = (s: GlobalState) => stateView(system, s);
    return {
      ...(killed && { signal: killed.signal }),
      ...(got && { value: this.byteOf(got.content) }),
      faults: marks.filter((m) => m.type === 'trap').length - (killed ? 1 : 0),
      timesUpdated: sent.some((s) => s.slot === system.slot(inode.id) && s.event.type === 'FILE_UPDATE_TIME'),
      blocks: this.blocksIn(this.state) - this.blocksIn(before),
      size: [look(before).after(inode).size, look(this.state).after(inode).size],
      pages: this.pagesOf(operation),
      events: eventsOf(this.prepared, this.translated, steps),
      ...(stuck !== undefined && { stuck }),
    };
  }

  /** Whether the page's entry, or that of another page than these, is dirty. */
  dirtyOutside(pages: readonly number[]): boolean {
    return [...this.translated.pages].some(
      ([name, page]) => !pages.includes(page) && pageText(this.prepared, this.state, undefined, name).dirty,
    );
  }

  private take(turn: Turn): ReturnType<typeof takeTurn> {
    const { system, scene } = this.prepared;
    const number = system.processes.findIndex((p) => p.id === turn.process);
    const { token } = scene.threads.find((t) => t.id === turn.process)!.operations[turn.position]!;
    if (turn.byte !== undefined) this.written.set(token, { when: this.written.size, byte: turn.byte });
    // Outside of any operation it is being born, or dies.
    const taken = takeTurn(system, this.state, number, ({ stack }) => operationOf(stack) <= turn.position);
    this.state = taken.state;
    return taken;
  }

  /** The byte that the last of these wrote; none: zeros. */
  private byteOf(content: readonly string[]): number {
    const last = content
      .flatMap((token) => this.written.get(token) ?? [])
      .sort((a, b) => a.when - b.when)
      .at(-1);
    return last?.byte ?? 0;
  }

  private blocksIn(state: GlobalState): number {
    const view = stateView(this.prepared.system, state);
    return this.prepared.scene.pages.filter((p) => view.after(extent(p.name)).block !== null).length;
  }

  private pagesOf({ mapped }: TranslatedOperation): Map<string, PageText> {
    const { processOf, pages } = this.translated;
    const texts = mapped.flatMap((letter) => {
      const thread = this.prepared.scene.threads.find((t) => t.id === processOf.get(letter));
      return [...pages].map(
        ([name, page]) => [`${letter}${page}`, pageText(this.prepared, this.state, thread?.vma, name)] as const,
      );
    });
    return new Map(texts);
  }
}
