/**
 * Scenarios in which two calls ran at once, again and again: every outcome that a kernel came to has to be one that the model
 * allows, and so does what follows it.
 */
import type { Config } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { CHILD_BITS, compareOperation, endText, gotOf, LAYERS, pagesOf, watchedIn } from './compare.ts';
import { type FoundDifference, noFacts, type RaceSummary, type ScenarioConformance } from './conformance.ts';
import { pagesShown } from './file-pages.ts';
import { ModelRun, type RaceOutcome } from './model-run.ts';
import { NOTHING, type PageText, recordedText } from './pages.ts';
import type { Call } from './script.ts';
import type { SideResult, TableScenario } from './table.ts';
import { translate } from './translate.ts';
import type { Translated, TranslatedOperation } from './translated.ts';

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
      seen: [...this.seen].map(([outcome, times]) => ({ outcome, times, allowed: this.allowed.has(outcome) })),
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

  async add(recorded: TableScenario): Promise<void> {
    const begun = await this.begin(recorded);
    const { operations } = begun.translated;
    this.operations = operations.filter((o) => !o.setUp).length;
    this.runs += recorded.times;
    if (typeof begun.run === 'string') {
      this.notModelled = begun.run;
      this.compared = 0;
      return;
    }
    let runs: readonly ModelRun[] = [begun.run];
    let compared = 0;
    for (const [n, o] of translatedAs(recorded, operations).entries()) {
      const refused = runs.map((r) => r.refuses(o)).find((r) => r !== undefined);
      if (refused !== undefined) {
        this.notModelled = refused;
        break;
      }
      runs = o.sides ? this.race(begun, n, o, runs, recorded.times) : this.sequential(begun.translated, o, runs);
      if (runs.length === 0) break;
      if (!o.setUp) compared++;
    }
    this.compared = Math.min(this.compared, compared);
  }

  private async begin(recorded: TableScenario): Promise<Begun> {
    const translated = translate(recorded, this.shown);
    this.scenario = translated.scenario;
    const known = this.begun.get(translated.scenario);
    if (known) return known;
    // What is cleared and set again under the PTL is seen cleared by the other side.
    const config: Config = { ...this.config, 'pte-gap': 'on' };
    const run = await ModelRun.of(this.design, translated, config);
    const made = { translated, run, outcomes: new Map() };
    this.begun.set(translated.scenario, made);
    return made;
  }

  private race(
    begun: Begun,
    n: number,
    o: TranslatedOperation,
    runs: readonly ModelRun[],
    times: number,
  ): readonly ModelRun[] {
    const { text: operation, line } = o.recorded;
    const observed = recordedOutcome(o);
    const allowed = runs.flatMap((run) => this.outcomesOf(begun, n, o, run));
    for (const a of allowed) for (const t of a.texts) this.allowed.add(t);
    this.seen.set(observed, (this.seen.get(observed) ?? 0) + times);
    this.facts.user++;
    const same = allowed.filter((a) => a.texts.includes(observed));
    if (same.length === 0) {
      const model = `none of ${this.allowed.size} outcomes`;
      this.differences.push({ layer: 'user', what: 'outcome', kernel: observed, model, operation, line });
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
  private sequential({ whole }: Translated, o: TranslatedOperation, runs: readonly ModelRun[]): readonly ModelRun[] {
    const found = runs.map((from) => {
      const run = from.copy();
      const { facts, differences } = compareOperation(o, run.perform(o), whole ? undefined : this.watched);
      return { run, facts, differences: o.setUp ? [] : differences };
    });
    for (const layer of LAYERS) this.facts[layer] += found[0]?.facts[layer] ?? 0;
    const same = found.filter((f) => f.differences.length === 0);
    if (same.length === 0) {
      const { text: operation, line } = o.recorded;
      this.differences.push(...found[0]!.differences.map((d) => ({ ...d, operation, line })));
    }
    return same.map((f) => f.run);
  }
}

/** The same operations with what was recorded this time. */
const translatedAs = (
  { operations }: TableScenario,
  translated: readonly TranslatedOperation[],
): TranslatedOperation[] => translated.map((t, n) => ({ ...t, recorded: operations[n]! }));

const moved = (yes: boolean): string => (yes ? 'mtime moved' : 'mtime same');

function recordedOutcome({ recorded: { result, pages }, call }: TranslatedOperation): string {
  const given = call?.kind === 'par' ? call.sides : [];
  const sides = result.sides!.map((made, n) =>
    made.map((m, i) => callText(endsOf(given[n]?.[i], m), gotOf(given[n]?.[i], m))),
  );
  const texts = new Map(pages.map((p) => [`${p.mapping}${p.page}`, recordedText(p)]));
  const faults = faultsText(result.minorFaults + result.majorFaults, sides.flat(), call);
  return [...sides.map(sideText), ...faults, moved(result.mtime === 'moved'), `blocks ${pagesOf(result)}`]
    .concat(pageTexts(texts))
    .join('; ');
}

/** -ENOMEM: what the call is on is not mapped any more, beside munmap(2). The model's returns with nothing done, and does not tell. */
const NOT_MAPPED = '-12';
const endsOf = (call: Call | undefined, { rc }: SideResult): string =>
  endText(rc === NOT_MAPPED && call && 'mapping' in call ? '0' : rc);

const callText = (ends: string, value: number | undefined): string => (value === undefined ? ends : `${ends} ${value}`);
const sideText = (calls: readonly string[]): string => calls.join(', ');

/** One for each value that the calls may have got. */
function modelOutcomes({ sides, faults, timesUpdated, blocks, pages }: RaceOutcome, call: Call | null): string[] {
  const ends = sides.flat().map((s) => s.ends);
  const rest = [...faultsText(faults, ends, call), moved(timesUpdated), `blocks ${blocks}`, ...pageTexts(pages)];
  const choices = sides.map((calls, n) =>
    product(
      calls.map(({ ends, values }) => {
        const bits = isOfChild(call, n) ? CHILD_BITS : 0xff;
        return (values ?? [undefined]).map((v) => callText(ends, v === undefined ? v : v & bits));
      }),
    ).map(sideText),
  );
  return product(choices).map((heads) => [...heads, ...rest].join('; '));
}

/** Every choice of one of each. */
const product = (choices: readonly (readonly string[])[]): string[][] =>
  choices.reduce<string[][]>((all, texts) => all.flatMap((a) => texts.map((t) => [...a, t])), [[]]);

const isOfChild = (call: Call | null, side: number): boolean =>
  call?.kind === 'par' && call.sides[side]?.[0]?.kind === 'child';

/**
 * A signal's frame may be the first that a thread's stack has in a page, which is a fault of the observer's own; fork(2) makes many,
 * and a child's are not told. Of mmap(MAP_POPULATE) the kernel counts what no access of a user's was.
 */
const faultsText = (faults: number, ends: readonly string[], call: Call | null): string[] =>
  ends.some((s) => s.startsWith('SIG')) || call?.kind !== 'par' || call.sides.some(countsMore)
    ? []
    : [`faults ${faults}`];
const countsMore = ([first]: readonly Call[]): boolean => first?.kind === 'child' || first?.kind === 'mmap';

/** Pages that are mapped or in the tree, in order. */
const pageTexts = (pages: ReadonlyMap<string, PageText>): string[] =>
  [...pages]
    .filter(([, p]) => p.mapped !== NOTHING.mapped || p.entry !== NOTHING.entry)
    .map(([name, p]) => `${name} ${p.mapped}, entry ${p.entry}`)
    .sort();
