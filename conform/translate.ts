/**
 * A scenario of the lab as one of the model: which process does what, and in which order. One process of the lab becomes several,
 * which take turns.
 */
import { Cast } from './cast.ts';
import { FilePages, pagesShown, RANGE } from './file-pages.ts';
import { partsOf } from './parts-of.ts';
import { type Call, readCall } from './script.ts';
import type { Stage } from './stage.ts';
import type { TableOperation, TableScenario } from './table.ts';
import { turnsOfCall } from './translate-call.ts';
import { turnsOfSides } from './translate-sides.ts';
import type { SideTurn, Translated, TranslatedOperation, Turn } from './translated.ts';
import { UNWRITTEN_RANGE, UnwrittenRange } from './unwritten-range.ts';

/**
 * @param shown pages that are looked at
 * @param attempts whether faults attempt a PMD that no mapping can have
 */
export function translate(
  scenario: TableScenario,
  shown: readonly number[] = pagesShown(scenario),
  { attempts = false }: { attempts?: boolean } = {},
): Translated {
  return new Translation(scenario, shown, attempts).all();
}

const NO_MAPPING = 'a call on a mapping that is not there';

class Translation {
  private readonly scenario: TableScenario;
  private readonly calls: readonly (Call | null)[];
  private readonly stage: Stage;
  private readonly unwritten: UnwrittenRange;
  private stopped: string | undefined;

  constructor(scenario: TableScenario, shown: readonly number[], attempts: boolean) {
    this.scenario = scenario;
    this.calls = scenario.operations.map((o) => readCall(o.words));
    this.stage = {
      cast: new Cast(),
      pages: new FilePages(shown, this.calls),
      huge: mayBeHuge(this.calls),
      attempts,
      before: [],
      initial: 'hole',
      size: undefined,
    };
    this.unwritten = new UnwrittenRange(this.stage);
  }

  all(): Translated {
    const { cast, pages, huge, attempts, before } = this.stage;
    const operations = this.scenario.operations.map((o, n) => this.operation(o, this.calls[n]!));
    const begin = pages.names.map((name) => `${name}=${this.stage.initial}`).join(', ');
    // A scenario needs an operation; this one does nothing to speak of.
    if (cast.isEmpty) cast.take(cast.fileProcess, `read ${pages.first}`);
    return {
      scenario: `${begin}: ${cast.text}`,
      before,
      whole: pages.whole,
      pages: pages.byName,
      standFor: pages.standFor,
      operations,
      huge,
      attempts,
      mayAttempt: !huge && !this.calls.some((c) => c?.kind === 'nohuge'),
    };
  }

  private operation(recorded: TableOperation, call: Call | null): TranslatedOperation {
    const setUp = this.stopped === undefined && call !== null && this.prepares(call);
    if (!setUp && this.stopped === undefined && !this.hasMappings(call)) this.stopped = NO_MAPPING;
    const goesOn = !setUp && this.stopped === undefined;
    const sides = goesOn && call?.kind === 'par' ? this.sidesOf(call) : undefined;
    const turns = goesOn && !sides ? this.turnsOf(recorded, call) : [];
    const { mappings, processOf } = this.stage.cast;
    return {
      recorded,
      call,
      turns,
      ...(sides && { sides }),
      setUp,
      mapped: new Map([...mappings.keys()].map((letter) => [letter, processOf.get(letter)])),
      ...(this.stopped !== undefined && { notModelled: this.stopped }),
    };
  }

  /** Whether the mappings that the call is on are there. */
  private hasMappings(call: Call | null): boolean {
    return (call ? partsOf(call) : []).every(
      (c) => !('mapping' in c) || c.kind === 'mmap' || c.kind === 'nohuge' || this.stage.cast.mappings.has(c.mapping),
    );
  }

  /** The first call on the empty file, where the model's can begin with what it makes. */
  private prepares(call: Call): boolean {
    const { stage } = this;
    if (stage.size !== undefined) return false;
    if (call.kind !== 'truncate' && call.kind !== 'falloc') return false;
    const size = call.kind === 'truncate' ? call.pages : call.page + call.pages;
    if (call.kind === 'falloc') {
      if (call.page !== 0) return false;
      stage.initial = 'unwritten';
    }
    this.beginWith(size);
    return true;
  }

  /** The model's file has all pages at first. */
  private beginWith(size: number): void {
    const { cast, pages, before } = this.stage;
    this.stage.size = size;
    const end = pages.nameBehind(size);
    if (end !== undefined) before.push(cast.take(cast.fileProcess, `truncate ${end}`));
  }

  private turnsOf(recorded: TableOperation, call: Call | null): Turn[] {
    const turns = call === null ? `${recorded.words[0]}` : this.turnsOfKnown(call, recorded);
    if (typeof turns !== 'string') return turns;
    this.stopped = turns;
    return [];
  }

  private turnsOfKnown(call: Call, recorded: TableOperation): Turn[] | string {
    this.beginEmpty(call);
    if (this.unwritten.isSplitBy(call.kind === 'child' ? call.call : call)) return UNWRITTEN_RANGE;
    return turnsOfCall(this.stage, call, recorded);
  }

  /** Of a file that nothing has prepared: it is empty. */
  private beginEmpty(call: Call): void {
    if (this.stage.size === undefined && call.kind !== 'shows') this.beginWith(0);
  }

  private sidesOf(call: Extract<Call, { kind: 'par' }>): SideTurn[][] | undefined {
    this.beginEmpty(call);
    return turnsOfSides(this.stage, call);
  }
}

/** Whether some mapping is one that the kernel may map by a PMD. */
function mayBeHuge(calls: readonly (Call | null)[]): boolean {
  const nohuge = calls.flatMap((c) => (c?.kind === 'nohuge' ? [c.mapping] : []));
  return calls.some(
    (c) => c?.kind === 'mmap' && c.how.includes('al2m') && c.pages >= RANGE && !nohuge.includes(c.mapping),
  );
}
