/** Which trap each access began with and which access made a translation writable: what both mtime properties follow. */
import type { StepSeen } from '../explorer/property.ts';
import type { PteValue } from '../model/entries/pte.ts';
import { pteGap } from '../model/entries/pte-gap.ts';
import { type KernelMark, kernelMarks } from '../model/marks.ts';
import type { Translation } from './translations.ts';

export type Bits = Readonly<Record<string, boolean>>;

export interface Stamps {
  /** Accesses that trapped and are not over: whether file_update_time() ran since their first trap. */
  readonly open: Bits;
  /** Writable shared translations: the bit of the access that made them writable, or true since a later update. */
  readonly made: Bits;
  /**
   * Translations that lost their write bit and not their dirty bit, as by mprotect: what `made` was. If they become
   * writable again without a fault, the access whose fault made them writable is still the same.
   */
  readonly kept: Bits;
}
export type StampFact =
  | { readonly type: 'trap' | 'over'; readonly who: string }
  | { readonly type: 'update' }
  | { readonly type: 'writable'; readonly pte: string; readonly who: string }
  /** By fork, the child's from the parent's; by mremap; or a TLB slot from the PTE: who made that writable made this so. */
  | { readonly type: 'copied'; readonly from: string; readonly pte: string }
  /** By mremap, a PTE without its write bit and with its dirty bit. */
  | { readonly type: 'moved'; readonly from: string; readonly pte: string }
  /** `dirty`: the translation is still there, with its dirty bit. */
  | { readonly type: 'not-writable'; readonly pte: string; readonly dirty: boolean }
  /** The translation is gone or clean. */
  | { readonly type: 'forgotten'; readonly pte: string };

export const NO_STAMPS: Stamps = { open: {}, made: {}, kept: {} };

/** Every bit of `b` set to `bit`. */
export const all = (b: Bits, bit: boolean): Bits => Object.fromEntries(Object.keys(b).map((k) => [k, bit]));
export const without = <T>(o: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(o).filter(([k]) => !keys.includes(k)));

export function nextStamps({ open, made, kept }: Stamps, f: StampFact): Stamps {
  switch (f.type) {
    case 'trap':
      return f.who in open ? { open, made, kept } : { open: { ...open, [f.who]: false }, made, kept };
    case 'over':
      return { open: without(open, [f.who]), made, kept };
    case 'update':
      return { open: all(open, true), made: all(made, true), kept: all(kept, true) };
    case 'writable':
      return {
        open,
        made: { ...made, [f.pte]: open[f.who] ?? kept[f.pte] ?? false },
        kept: without(kept, [f.pte]),
      };
    case 'copied':
      return { open, made: { ...made, [f.pte]: made[f.from] ?? false }, kept };
    case 'moved':
      return { open, made, kept: f.from in kept ? { ...kept, [f.pte]: kept[f.from]! } : kept };
    case 'not-writable': {
      const was = made[f.pte];
      const keeps = f.dirty && was !== undefined;
      return { open, made: without(made, [f.pte]), kept: keeps ? { ...kept, [f.pte]: was } : kept };
    }
    case 'forgotten':
      return { open, made, kept: without(kept, [f.pte]) };
  }
}

/** pte-gap=on: whether the PTE was cleared, to be set again. What it is then is what counts, and what it was before that. */
const isOpened = (step: StepSeen, t: Translation): boolean =>
  step.written.includes(pteGap.id) && step.after(pteGap).pte === t.id;

/** What somebody found in the PTE who sets it again now. */
function foundIn(step: StepSeen, t: Translation): PteValue | undefined {
  if (!step.written.includes(pteGap.id)) return undefined;
  const { pte, was } = step.before(pteGap);
  return pte === t.id && was !== null ? was : undefined;
}

/** What `own` says of each mark and what every mark says of traps and updates; then of the translations written. */
export function stampFacts<F>(
  step: StepSeen,
  translations: readonly Translation[],
  own: (m: KernelMark) => readonly F[] = () => [],
): (StampFact | F)[] {
  const marks = kernelMarks(step.marks);
  const copies = new Map(marks.flatMap((m) => (m.type === 'copy-pte' ? [[m.to, m.from] as const] : [])));
  const written = translations.filter((t) => step.written.includes(t.id) && !isOpened(step, t));
  // What a PTE was moved to says where it has it from before that is forgotten.
  const inOrder = [...written.filter((t) => copies.has(t.id)), ...written.filter((t) => !copies.has(t.id))];
  return [
    ...marks.flatMap((m) => [...own(m), ...factsOfMark(m, step.process)]),
    ...inOrder.flatMap((t) =>
      t.from === undefined ? factsOfPte(step, t, copies.get(t.id)) : factsOfCopy(step, t, t.from),
    ),
  ];
}

function factsOfMark({ type }: KernelMark, who: string): readonly StampFact[] {
  if (type === 'trap') return [{ type: 'trap', who }];
  if (type === 'file_update_time') return [{ type: 'update' }];
  return type === 'hw-store' || type === 'hw-load' || type === 'killed' ? [{ type: 'over', who }] : [];
}

/** Of a translation that is a copy of another one's always. */
function factsOfCopy(step: StepSeen, t: Translation, from: string): readonly StampFact[] {
  if (t.after(step)?.w) return [{ type: 'copied', from, pte: t.id }];
  return valueBefore(step, t)?.w ? [{ type: 'not-writable', pte: t.id, dirty: false }] : [];
}

/** @param from the PTE that it was copied from in this step, if it was */
function factsOfPte(step: StepSeen, t: Translation, from: string | undefined): readonly StampFact[] {
  const pte = t.id;
  const [before, after] = [valueBefore(step, t), t.after(step)];
  const facts: StampFact[] = [];
  if (after?.w && from !== undefined) facts.push({ type: 'copied', from, pte });
  else if (after?.d && !after.w && from !== undefined) facts.push({ type: 'moved', from, pte });
  else if (after?.w && !(before?.w && before.pfn === after.pfn))
    facts.push({ type: 'writable', pte, who: step.process });
  if (before?.w && !after?.w) facts.push({ type: 'not-writable', pte, dirty: after?.d === true });
  if (before?.d && !before.w && !after?.d) facts.push({ type: 'forgotten', pte });
  return facts;
}

const valueBefore = (step: StepSeen, t: Translation): PteValue | undefined => foundIn(step, t) ?? t.before(step);
