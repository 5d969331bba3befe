/**
 * Scenarios in which two calls ran at once, again and again: every outcome that a kernel came to has to be one that the model
 * allows, and so does what follows it.
 *
 * Where no mapping can be mapped by a PMD the design is asked with `thp=off` first, which has no attempts at one: that is an approximation for
 * speed. Kernels do attempt it where `->huge_fault` is there, whatever the mapping's size and place (`__handle_mm_fault()`: `create_huge_pmd()`), and fall
 * back. So what it does not have the design is asked again with `thp=on`, before it is called not allowed.
 */
import type { Config } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { compareOperation, LAYERS, type Layer, watchedIn } from './compare.ts';
import { type FoundDifference, noFacts, type RaceSummary, type ScenarioConformance } from './conformance.ts';
import { pagesShown } from './file-pages.ts';
import { ModelRun, type RaceOutcome } from './model-run.ts';
import { modelOutcomes, recordedOutcome } from './outcome-text.ts';
import type { TableScenario } from './table.ts';
import { translate } from './translate.ts';
import type { Translated, TranslatedOperation } from './translated.ts';

/** Whether two calls ran at once in it. */
export const isRace = (scenario: TableScenario): boolean => scenario.operations.some((o) => o.result.sides);

/** @param recorded of one name: each is one way in which it went */
export async function conformRace(
  design: Design,
  recorded: readonly TableScenario[],
  config: Config,
): Promise<ScenarioConformance> {
  const race = new Race(design, config, recorded);
  for (const r of recorded) await race.add(r);
  return race.result(recorded[0]!.name);
}

interface Begun {
  readonly translated: Translated;
  /** Or why there is none. */
  readonly run: ModelRun | string;
  /** By operation and the state before it. */
  readonly outcomes: Map<string, Allowed[]>;
}
interface Allowed {
  /** More than one where two wrote at once and one of them was read. */
  readonly texts: readonly string[];
  readonly run: ModelRun;
}
/** One way in which it went, beside one design. */
interface Judged {
  readonly operations: number;
  readonly compared: number;
  readonly notModelled?: string;
  readonly facts: Record<Layer, number>;
  readonly differences: readonly FoundDifference[];
  /** What the kernel came to. */
  readonly observed: readonly string[];
  /** What the design may come to there. */
  readonly allowed: readonly string[];
}
/** The same while it is gathered. */
interface Judging {
  notModelled?: string;
  readonly facts: Judged['facts'];
  readonly differences: FoundDifference[];
  readonly observed: string[];
  readonly allowed: Set<string>;
}

class Race {
  private readonly design: Design;
  private readonly config: Config;
  /** Pages that any of the rows has. */
  private readonly shown: readonly number[];
  /** The same by mapping, as `a1`: of a large file only these are looked at. */
  private readonly watched: ReadonlySet<string>;
  /** By the scenario in the model's language. */
  private readonly begun = new Map<string, Begun>();
  private readonly allowed = new Set<string>();
  /** What it is that the design has only where faults attempt a PMD. */
  private readonly attempted = new Set<string>();
  private readonly seen = new Map<string, number>();
  private readonly differences: FoundDifference[] = [];
  private readonly facts = noFacts();
  private runs = 0;
  private operations = 0;
  private compared = Number.POSITIVE_INFINITY;
  private notModelled: string | undefined;
  private scenario = '';

  constructor(design: Design, config: Config, recorded: readonly TableScenario[]) {
    this.design = design;
    this.config = config;
    this.shown = recorded.flatMap(pagesShown);
    this.watched = new Set(recorded.flatMap((r) => [...watchedIn(r)]));
  }

  result(name: string): ScenarioConformance {
    const race: RaceSummary = {
      runs: this.runs,
      seen: [...this.seen].map(([outcome, times]) => this.judgedOutcome(outcome, times)),
      notSeen: [...this.allowed].filter((o) => !this.seen.has(o)),
    };
    return {
      name,
      scenario: this.scenario,
      operations: this.operations,
      compared: this.compared,
      facts: this.facts,
      differences: this.differences,
      race,
      ...(this.notModelled !== undefined && { notModelled: this.notModelled }),
    };
  }

  private judgedOutcome(outcome: string, times: number): RaceSummary['seen'][number] {
    if (this.allowed.has(outcome)) return { outcome, times, allowed: true };
    return this.attempted.has(outcome)
      ? { outcome, times, allowed: true, thp: 'on' }
      : { outcome, times, allowed: false };
  }

  async add(recorded: TableScenario): Promise<void> {
    const translated = translate(recorded, this.shown);
    this.scenario = translated.scenario;
    const judged = await this.judge(recorded, translated);
    for (const a of judged.allowed) this.allowed.add(a);
    const again = judged.differences.length > 0 ? await this.judgeWithAttempts(recorded, translated) : undefined;
    for (const o of again?.observed ?? []) this.attempted.add(o);
    this.note(again ?? judged, recorded.times);
  }

  private note(judged: Judged, times: number): void {
    this.operations = judged.operations;
    this.runs += times;
    this.compared = Math.min(this.compared, judged.compared);
    if (judged.notModelled !== undefined) this.notModelled = judged.notModelled;
    for (const o of judged.observed) this.seen.set(o, (this.seen.get(o) ?? 0) + times);
    for (const layer of LAYERS) this.facts[layer] += judged.facts[layer];
    this.differences.push(...judged.differences);
  }

  /** @returns undefined where it does not do all of it either */
  private async judgeWithAttempts(recorded: TableScenario, { mayAttempt }: Translated): Promise<Judged | undefined> {
    if (!mayAttempt) return undefined;
    const judged = await this.judge(recorded, translate(recorded, this.shown, { attempts: true }));
    return judged.differences.length > 0 || judged.notModelled !== undefined ? undefined : judged;
  }

  private async judge(recorded: TableScenario, translated: Translated): Promise<Judged> {
    const begun = await this.begin(translated);
    const judging: Judging = { facts: noFacts(), differences: [], observed: [], allowed: new Set() };
    if (typeof begun.run === 'string') judging.notModelled = begun.run;
    const compared = typeof begun.run === 'string' ? 0 : this.judgeAll(judging, recorded, begun, begun.run);
    const operations = begun.translated.operations.filter((o) => !o.setUp).length;
    return { ...judging, operations, compared, allowed: [...judging.allowed] };
  }

  /** @returns how many operations were compared */
  private judgeAll(judging: Judging, recorded: TableScenario, begun: Begun, run: ModelRun): number {
    let runs: readonly ModelRun[] = [run];
    let compared = 0;
    for (const [n, o] of translatedAs(recorded, begun.translated.operations).entries()) {
      const refused = runs.map((r) => r.refuses(o)).find((r) => r !== undefined);
      if (refused !== undefined) {
        judging.notModelled = refused;
        break;
      }
      runs = o.sides ? this.race(judging, begun, n, o, runs) : this.sequential(judging, begun.translated, o, runs);
      if (runs.length === 0) break;
      if (!o.setUp) compared++;
    }
    return compared;
  }

  private async begin(translated: Translated): Promise<Begun> {
    const key = `${translated.attempts ? 'thp=on ' : ''}${translated.scenario}`;
    const known = this.begun.get(key);
    if (known) return known;
    // What is cleared and set again under the PTL is seen cleared by the other side.
    const config: Config = { ...this.config, 'pte-gap': 'on' };
    const run = await ModelRun.of(this.design, translated, config);
    const made = { translated, run, outcomes: new Map() };
    this.begun.set(key, made);
    return made;
  }

  private race(
    judging: Judging,
    begun: Begun,
    n: number,
    o: TranslatedOperation,
    runs: readonly ModelRun[],
  ): readonly ModelRun[] {
    const { text: operation, line } = o.recorded;
    const observed = recordedOutcome(o);
    const allowed = runs.flatMap((run) => this.outcomesOf(begun, n, o, run));
    for (const a of allowed) for (const t of a.texts) judging.allowed.add(t);
    judging.observed.push(observed);
    judging.facts.user++;
    const same = allowed.filter((a) => a.texts.includes(observed));
    if (same.length === 0) {
      const model = `none of ${new Set([...this.allowed, ...judging.allowed]).size} outcomes`;
      judging.differences.push({ layer: 'user', what: 'outcome', kernel: observed, model, operation, line });
    }
    return same.map((a) => a.run);
  }

  private outcomesOf({ outcomes, translated }: Begun, n: number, o: TranslatedOperation, run: ModelRun): Allowed[] {
    const key = `${n} ${run.key}`;
    const known = outcomes.get(key);
    if (known) return known;
    const made = run
      .copy()
      .race(o)
      .map(({ outcome, run }) => ({ texts: modelOutcomes(this.lookedAt(translated, outcome), o.call), run }));
    outcomes.set(key, made);
    return made;
  }

  private lookedAt({ whole }: Translated, outcome: RaceOutcome): RaceOutcome {
    if (whole) return outcome;
    return { ...outcome, pages: new Map([...outcome.pages].filter(([name]) => this.watched.has(name))) };
  }

  /** @returns those of the runs that do what the kernel did */
  private sequential(
    judging: Judging,
    { whole }: Translated,
    o: TranslatedOperation,
    runs: readonly ModelRun[],
  ): readonly ModelRun[] {
    const found = runs.map((from) => {
      const run = from.copy();
      const { facts, differences } = compareOperation(o, run.perform(o), whole ? undefined : this.watched);
      return { run, facts, differences: o.setUp ? [] : differences };
    });
    for (const layer of LAYERS) judging.facts[layer] += found[0]?.facts[layer] ?? 0;
    const same = found.filter((f) => f.differences.length === 0);
    if (same.length === 0) {
      const { text: operation, line } = o.recorded;
      judging.differences.push(...found[0]!.differences.map((d) => ({ ...d, operation, line })));
    }
    return same.map((f) => f.run);
  }
}

/** The same operations with what was recorded this time. */
const translatedAs = (
  { operations }: TableScenario,
  translated: readonly TranslatedOperation[],
): TranslatedOperation[] => translated.map((t, n) => ({ ...t, recorded: operations[n]! }));
