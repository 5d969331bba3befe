/** What a campaign has met so far. */
import { type Found, judge, type Kind, kindText } from './judge.ts';
import type { Rule } from './known.ts';
import type { Case } from './texts.ts';

/** Of so many runs one is explored by several engines. */
const COMPARED = 8;

export class Campaign {
  runs = 0;
  complete = 0;
  compared = 0;
  /** Kinds that no rule knows. */
  fresh = 0;
  /** By kind: the shortest case so far. */
  readonly shortest = new Map<string, { readonly found: Found; readonly one: Case; readonly because: string }>();
  /** By design, property and rule: how often. */
  readonly violations = new Map<string, number>();
  private readonly kept = new Set<string>();
  private readonly ruleFor: (kind: Kind, one: Case) => Rule | undefined;

  constructor(ruleFor: (kind: Kind, one: Case) => Rule | undefined) {
    this.ruleFor = ruleFor;
  }

  /** @returns what of the case is new */
  async tryOut(one: Case): Promise<Found[]> {
    const compare = this.runs % COMPARED === 0;
    const { run, found } = await judge(one, compare);
    if (run) this.runs++;
    if (run?.complete) this.complete++;
    if (run && compare) this.compared++;
    return found.filter((f) => {
      const { kind } = f;
      const rule = this.ruleFor(kind, one);
      const before = this.shortest.get(kindText(kind));
      if (!before || f.steps < before.found.steps) {
        this.shortest.set(kindText(kind), { found: f, one, because: rule?.because ?? 'NEW' });
      }
      const text = `${kind.design} ${kind.property}: ${rule?.because ?? 'NEW'}`;
      this.violations.set(text, (this.violations.get(text) ?? 0) + 1);
      return !rule && !this.kept.has(kindText(kind));
    });
  }

  keep(kind: Kind): void {
    this.kept.add(kindText(kind));
    this.fresh++;
  }
}
