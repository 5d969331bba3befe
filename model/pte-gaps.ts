/**
 * pte-gap=on: where the kernel clears a PTE and sets it again under one PTL, these are two steps. Between them the PTE is none for
 * who asks without the lock, the MMU and the fault's first look; whoever wants a PTL waits. A huge PMD is not cleared since 5.1, but made
 * invalid: it is none for the MMU alone, as on x86 pmd_present() sees _PAGE_PSE.
 *
 * The charts have such a section as one step. Here it becomes two: the first one finds out which PTE the step would change, and
 * clears it; the second one is the step itself, which sees the PTE as it was.
 */
import {
  type Act,
  type Alternative,
  type Look,
  type StateConfig,
  type StepMeta,
  wait,
  when,
} from '../explorer/chart.ts';
import type { AnyRef, Readable, Selector, Writable } from '../explorer/component.ts';
import type { Pmd } from './entries/pmd.ts';
import type { Pte, PteEvent, PteValue } from './entries/pte.ts';
import { gapBy, pteGap } from './entries/pte-gap.ts';
import type { Scene } from './scene.ts';
import { PMDL, PTL } from './sections.ts';

/** Whether others may see what a PTE is between two stores of one section: the config pte-gap=on. */
export const gapsOn = (scene: Scene): boolean => scene.config['pte-gap'] === 'on';

/** Functions that clear before they set. Others overwrite a PTE, or leave it cleared. */
const CLEAR_FIRST: ReadonlySet<string> = new Set([
  'page_mkclean_one', // mm/rmap.c: ptep_clear_flush()
  'dax_mapping_entry_mkclean', // fs/dax.c: ptep_clear_flush()
  'dax_entry_mkclean',
  'pfn_mkclean_range', // mm/rmap.c, since 5.19: page_vma_mkclean_one()
  'wp_page_copy', // mm/memory.c: ptep_clear_flush()
  'change_pte_range', // mm/mprotect.c: ptep_modify_prot_start()
  'change_huge_pmd', // mm/huge_memory.c: pmdp_invalidate(), since 4.12
]);

interface Node {
  readonly meta?: StepMeta;
  readonly tags?: string;
  readonly on?: { readonly STEP?: readonly { readonly meta?: { readonly alternative?: Alternative } }[] };
  readonly states?: Readonly<Record<string, StateConfig>>;
}

/** @param me the process */
export function withPteGaps(chart: StateConfig, me: string, name = ''): StateConfig {
  const { states, meta, on } = chart as Node;
  const own = (on?.STEP ?? []).flatMap((t) => t.meta?.alternative ?? []);
  const inner = states && {
    states: Object.fromEntries(Object.entries(states).map(([key, s]) => [key, withPteGaps(s, me, key)])),
  };
  const section = [PTL, PMDL].find((lock) => lock === meta?.section);
  return { ...chart, ...inner, ...(meta && section && locked(section, meta, own, me, name)) } as StateConfig;
}

/** The same step, which waits while another is in the gap. */
function locked(
  section: string,
  { fn, src, waitsFor }: StepMeta,
  own: readonly Alternative[],
  me: string,
  name: string,
): StateConfig {
  const clears = CLEAR_FIRST.has(fn);
  const open = (s: Look): boolean => s.read(pteGap, gapBy) === null;
  const mine = (s: Look): boolean => clears && s.read(pteGap, gapBy) === me;
  const opening = when(
    (s) => open(s) && clearedBy(s, own) !== undefined,
    name,
    section === PTL ? 'the PTE is cleared, to be set again' : 'pmdp_invalidate()',
    (s) => {
      const { ref, was } = clearedBy(s, own)!;
      if (was !== null) s.send(ref as unknown as Writable<PteEvent>, { type: 'CLEAR' });
      s.send(pteGap, { type: 'OPEN', who: me, pte: ref.id, was });
    },
  );
  const guarded = own.map(
    (a): Alternative => ({
      ...a,
      guard: (s) => (mine(s) ? holds(a, before(s as Act)) : open(s) && holds(a, s)),
      effect: (s) => {
        if (!mine(s)) return a.effect?.(s);
        a.effect?.(before(s));
        s.send(pteGap, { type: 'CLOSE' });
      },
    }),
  );
  const waiting = (s: Look) => {
    const by = s.read(pteGap, gapBy);
    return by === null && waitsFor ? waitsFor(s) : { what: pteGap.id, owners: [by].flatMap((b) => b ?? []) };
  };
  return wait(section, fn, src, waiting, ...(clears ? [opening] : []), ...guarded);
}

const holds = ({ guard }: Alternative, s: Look): boolean => guard?.(s) ?? true;

interface Cleared {
  readonly ref: AnyRef;
  /** null: it is a PMD. */
  readonly was: Pte | null;
}

/** The PTE or huge PMD that the step would set anew, if it does. */
function clearedBy(s: Look, own: readonly Alternative[]): Cleared | undefined {
  const found: Cleared[] = [];
  const taken = own.find((a) => holds(a, s));
  taken?.effect?.({
    ...nothing(s),
    send: (to, event) => {
      const ref = to as unknown as AnyRef;
      if (event.type !== 'SET') return;
      if (ref.kind.kind === 'pmd' && s.read(ref as Readable<Pmd>).huge !== null) found.push({ ref, was: null });
      if (ref.kind.kind !== 'pte') return;
      const was = s.read(ref as Readable<PteValue>);
      if (was !== null) found.push({ ref, was });
    },
  });
  return found[0];
}

/** A view in which nothing happens. */
const nothing = (s: Look): Act => ({
  ...looking(s),
  send: () => undefined,
  set: () => undefined,
  mark: () => undefined,
  line: () => undefined,
});

const looking = (s: Look): Look => ({
  read: <V, T>(ref: Readable<V>, part?: Selector<V, T>) => (part ? s.read(ref, part) : s.read(ref)) as never,
  get: (register) => s.get(register),
  choose: (label, options) => s.choose(label, options),
});

/** The view of who is in the gap: the PTE is as it was; a PMD is so anyway. */
function before(s: Act): Act {
  const { pte, was } = s.read(pteGap);
  return {
    read: <V, T>(ref: Readable<V>, part?: Selector<V, T>) => {
      if (ref.id !== pte || was === null) return (part ? s.read(ref, part) : s.read(ref)) as never;
      return (part ? part.of(was as V) : was) as never;
    },
    get: (register) => s.get(register),
    choose: (label, options) => s.choose(label, options),
    send: (ref, event) => s.send(ref, event),
    set: (register, value) => s.set(register, value),
    mark: (mark) => s.mark(mark),
    line: (text) => s.line(text),
  };
}
