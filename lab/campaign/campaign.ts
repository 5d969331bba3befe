/** What a campaign has met so far. */
import type { Cause } from './causes.ts';
import { type Found, judge, kindText } from './judge.ts';
import type { Rule } from './known.ts';
import type { Case } from './texts.ts';

/** Of so many runs one is explored by several engines. */
const COMPARED = 8;

/** A violation in the case that shows it in the fewest steps so far. */
export interface Shortest {
  readonly found: Found;
  readonly one: Case;
}

/** What was met of one cause. */
export class Met {
  violations = 0;
  readonly kinds = new Set<string>();
  readonly designs = new Set<string>();
  readonly properties = new Set<string>();
  shortest: Shortest | undefined;

  add(found: Found, one: Case): void {
    this.violations++;
    this.kinds.add(kindText(found.kind));
    this.designs.add(found.kind.design);
    this.properties.add(found.kind.property);
    if (!this.shortest || found.steps < this.shortest.found.steps) this.shortest = { found, one };
  }
}

export interface Explained {
  readonly found: Found;
  readonly cause: Cause | undefined;
}

type RuleFor = (found: Found, one: Case) => Rule | undefined;

export class Campaign {
  runs = 0;
  complete = 0;
  compared = 0;
  readonly causes = new Map<Cause, Met>();
  /** By kind: what no rule explains. */
  readonly fresh = new Map<string, Met>();
  private readonly kept = new Set<string>();
  private readonly ruleFor: RuleFor;

  constructor(ruleFor: RuleFor) {
    this.ruleFor = ruleFor;
  }

  /** @returns what was met, each with its cause, if a rule names one */
  async tryOut(one: Case): Promise<Explained[]> {
    const compare = this.runs % COMPARED === 0;
    const { run, found } = await judge(one, compare);
    if (run) this.runs++;
    if (run?.complete) this.complete++;
    if (run && compare) this.compared++;
    return found.map((f) => {
      const cause = this.ruleFor(f, one)?.cause;
      (cause === undefined ? metIn(this.fresh, kindText(f.kind)) : metIn(this.causes, cause)).add(f, one);
      return { found: f, cause };
    });
  }

  /** Of what was met, what no rule explains, and is not kept yet. */
  unkept(met: readonly Explained[]): Found[] {
    return met.flatMap(({ found, cause }) =>
      cause === undefined && !this.kept.has(kindText(found.kind)) ? [found] : [],
    );
  }

  keep({ kind }: Found): void {
    this.kept.add(kindText(kind));
  }
}

function metIn<K>(all: Map<K, Met>, key: K): Met {
  const known = all.get(key) ?? new Met();
  all.set(key, known);
  return known;
}
