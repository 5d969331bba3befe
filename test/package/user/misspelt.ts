/**
 * What must not compile in a user's design file: compiled against the declarations of the packed package, where a
 * `@ts-expect-error` without error is an error as well. Nothing in here runs.
 */
import * as faultline from 'faultline';
import {
  type Act,
  chart,
  defineComponent,
  defineDesign,
  defineProperty,
  dispatch,
  kernelMarks,
  type Look,
  mapping,
  mark,
  origPte,
  otherwise,
  PTL,
  step,
  V414,
  violated,
  when,
} from 'faultline';
import base from 'faultline/designs/v4.14';
// @ts-expect-error a misspelt design
import v415 from 'faultline/designs/v4.15';
// @ts-expect-error a misspelt file of components
import { pmd } from 'faultline/entries/pmdd';
// @ts-expect-error a misspelt component
import { isNone, pteee } from 'faultline/entries/pte';

// @ts-expect-error a misspelt register
export const nothing = [pteee, pmd, v415, faultline.origPtee];
type Parts = typeof base.parts;

export const insert_pfn: Parts['insert_pfn'] = (_d, here, ret, { pfn, mkwrite }) =>
  chart(here, {
    insert_pfn: step(
      PTL,
      'insert_pfn',
      V414.memory,
      when((s) => !s.read(here.pte, isNone) && !mkwrite, ret.EBUSY, '-EBUSY'),
      // @ts-expect-error a misspelt component
      when((s) => !s.read(here.ptee, isNone), ret.EBUSY, '-EBUSY'),
      // @ts-expect-error a misspelt return value
      when((s) => !s.read(here.pte, isNone), ret.EBSY, '-EBUSY'),
      // @ts-expect-error a misspelt part of the value
      when((s) => s.read(here.pte)?.pfm === pfn(s), ret.EBUSY, '-EBUSY'),
      // @ts-expect-error a misspelt argument
      when((s) => s.read(here.pte)?.pfn === pfm(s), ret.EBUSY, '-EBUSY'),
      otherwise(ret.OK, 'set_pte_at', (s) => s.send(here.pte, { type: 'SET', pte: { pfn: pfn(s), w: true, d: true } })),
    ),
  });

export function effects(s: Act, here: faultline.Here): void {
  s.send(here.pte, { type: 'SET', pte: { pfn: 'blk.a', w: true, d: true } });
  // @ts-expect-error a misspelt event
  s.send(here.pte, { type: 'SETT', pte: { pfn: 'blk.a', w: true, d: true } });
  // @ts-expect-error a misspelt field of an event
  s.send(here.pte, { type: 'SET', pte: { pfn: 'blk.a', w: true, d: true, dd: true } });
  s.mark(mark({ type: 'warn', site: 'here' }));
  // @ts-expect-error a misspelt mark
  s.mark(mark({ type: 'wran', site: 'here' }));
  // @ts-expect-error a misspelt effect
  s.sned();
  s.set(origPte, { pfn: 'blk.a', w: false, d: false });
  // @ts-expect-error a register of another type
  s.set(origPte, 'blk.a');
  // @ts-expect-error a misspelt value of a register
  if (s.get(mapping)?.type === 'HOEL') s.line('');
}

export function guards(s: Look): void {
  // @ts-expect-error a guard writes nothing
  s.set(origPte, null);
  // @ts-expect-error a guard sends nothing
  s.send(origPte, { type: 'SET' });
  // @ts-expect-error a misspelt guard
  when((v) => v.raed(origPte), 'x', '');
  // @ts-expect-error a guard answers yes or no
  when(() => 'yes', 'x', '');
}

export const pfn_mkwrite: Parts['pfn_mkwrite'] = (d, here, ret) =>
  chart(here, {
    start: dispatch('wp_pfn_shared', V414.memory, otherwise('fault', '')),
    fault: base.parts.fault(d, here.at('fault'), { ...ret, LOCKED: ret.NOPAGE }),
    // @ts-expect-error a misspelt part
    again: base.parts.falut(d, here.at('again'), { ...ret, LOCKED: ret.NOPAGE }),
    // @ts-expect-error a return value that leads nowhere
    more: base.parts.fault(d, here.at('more'), ret),
  });

export const right = defineDesign<Parts>({
  ...base,
  id: 'right',
  title: '',
  source: '',
  parts: { ...base.parts, insert_pfn, pfn_mkwrite },
});

export const wrong = defineDesign<Parts>({
  ...base,
  id: 'wrong',
  title: '',
  source: '',
  // @ts-expect-error a misspelt part
  parts: { ...base.parts, insert_pfnn: insert_pfn },
});

export const otherPart = defineDesign<Parts>({
  ...base,
  id: 'other-part',
  // @ts-expect-error a part with the return values of another
  parts: { ...base.parts, do_wp_page: insert_pfn },
});

// @ts-expect-error a misspelt field of the design
export const fielded = defineDesign<Parts>({ ...base, idd: 'wrong' });

export const property = defineProperty({
  id: 'mine',
  sentence: '',
  promisedBy: '',
  premise: '',
  instance: () => ({
    step: (seen) => {
      for (const m of kernelMarks(seen.marks)) {
        // @ts-expect-error a misspelt mark
        if (m.type === 'wran') return violated('it warns');
      }
      return undefined;
    },
  }),
});

// @ts-expect-error a property without its sentence
export const mute = defineProperty({ id: 'mine', promisedBy: '', premise: '', instance: () => ({}) });

// @ts-expect-error a kind of component has a list of its events
export const kind = defineComponent<string, { readonly type: 'SET' }>({ kind: 'mine' });
