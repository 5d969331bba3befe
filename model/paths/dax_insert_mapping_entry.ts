/** dax_insert_mapping_entry(): what the tree says of the index, changed while its entry (or hole page) is locked. */
import {
  type Alternative,
  chart,
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreached,
  when,
} from '../../explorer/chart.ts';
import { inSlot, type Slot, sameSlot } from '../entries/entry.ts';
import { isMapped, page } from '../entries/page.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { grabbed, needsDsync } from '../registers.ts';
import { LOCAL, TL } from '../sections.ts';
import { V413, V414 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { unlockPage } from './locks.ts';
import { failingCall, inFault } from './may_fail.ts';

/** What the function is called, where it was read, and whether loads set DIRTY as stores do. */
interface Variant {
  readonly fn: string;
  readonly src: Source;
  readonly loadsDirty?: boolean;
}

/** The TL section: EMPTY and ZERO entries are replaced, a block's is left alone; DIRTY is set in the same section. */
function replace(here: Here, { fn, src, loadsDirty }: Variant, to: string, slot: (s: Look) => Slot): StateConfig {
  const same = (s: Look): boolean => {
    return sameSlot(s.read(here.slot(s), inSlot), s.get(grabbed)!);
  };
  return step(
    TL,
    fn,
    src,
    unreached(
      'the entry is locked by the caller, and nobody changes a locked entry',
      when(
        (s) => s.get(grabbed)!.kind !== 'blk' && !same(s),
        to,
        'WARN_ON_ONCE(ret != entry)',
        (s) => s.mark(mark({ type: 'warn', site: `${fn}: ret != entry` })),
      ),
    ),
    otherwise(to, '', (s) => {
      if (s.get(grabbed)!.kind !== 'blk') {
        const put = slot(s);
        s.send(here.slot(s), { type: 'REPLACE', slot: put, lockedBy: here.me });
        s.line(`entry := ${put.pmd ? 'PMD ' : ''}${put.pfn ?? put.kind}`);
      }
      if ((here.write || loadsDirty) && !(here.vma.sync && s.get(needsDsync))) {
        s.send(here.slot(s), { type: 'TAG', tag: 'dirty' });
        s.line('set DIRTY');
      }
      s.set(grabbed, null);
    }),
  );
}

/** From the zero-page series on: replacing a zero page by a block first unmaps it everywhere. */
export const insertEntry =
  (variant: Variant): IomapParts['dax_insert_mapping_entry'] =>
  (d, here, ret, slot, kind) => {
    if (kind === 'zero') return chart(here, { replace: replace(here, variant, ret.RETURN, slot) });
    const [toUnmapRange, unmapRange] = hugeZero(d, here);
    return chart(here, {
      dax_is_zero_entry: dispatch(
        variant.fn,
        variant.src,
        ...toUnmapRange,
        when((s) => s.get(grabbed)!.kind === 'zero', 'unmap_mapping_range', ''),
        otherwise('replace', ''),
      ),
      unmap_mapping_range: d.unmap_mapping_range(
        d,
        here.at('unmap_mapping_range'),
        { RETURN: here.to('replace') },
        {
          pages: [here.page],
        },
      ),
      ...unmapRange,
      replace: replace(here, variant, ret.RETURN, slot),
    });
  };

/** Replacing a huge zero page: the whole range is unmapped first, everywhere. State `unmap_range`, and what leads there. */
function hugeZero(d: IomapParts, here: Here): [Alternative[], Record<string, StateConfig>] {
  if (!thpOn(here.scene)) return [[], {}];
  const range = { pages: here.allPages };
  const isHugeZero = (s: Look): boolean => s.get(grabbed)!.kind === 'zero' && s.get(grabbed)!.pmd === true;
  return [
    [when(isHugeZero, 'unmap_range', '')],
    { unmap_range: d.unmap_mapping_range(d, here.at('unmap_range'), { RETURN: here.to('replace') }, range) },
  ];
}

/** v4.14 and the zero-page series. */
export const dax_insert_mapping_entry = insertEntry({ fn: 'dax_insert_mapping_entry', src: V414.dax });

/** v4.12/4.13: replacing a hole page: unmap it everywhere, delete it from the page cache, insert the block's entry. */
export function dax_insert_mapping_entry_v412(
  d: IomapParts,
  here: Here,
  ret: Returns<'RETURN' | 'ENOMEM'>,
  slot: (s: Look) => Slot,
  kind: 'zero' | 'blk',
): StateConfig {
  const held = (s: Pick<Look, 'get'>): string => s.get(grabbed)!.pfn!;
  // It fails with the hole page still in the tree and all its PTEs gone.
  const preload = failingCall(here, 'radix_tree_preload', {
    call: 'radix_tree_preload()',
    fn: 'dax_insert_mapping_entry',
    src: V413.dax,
    to: here.to('delete_insert'),
    errors: ['ENOMEM'],
    on: inFault(ret.ENOMEM),
    section: LOCAL,
  });
  // (Holes of 4 KiB are no entries, but pages.)
  const [toUnmapRange, unmapRange] = kind === 'zero' ? [[], {}] : hugeZero(d, here);
  return chart(here, {
    hole_fill: dispatch(
      'dax_insert_mapping_entry',
      V413.dax,
      when((s) => s.get(grabbed)!.kind === 'page', 'unmap_mapping_range', ''),
      ...toUnmapRange,
      otherwise('replace', ''),
    ),
    unmap_mapping_range: d.unmap_mapping_range(
      d,
      here.at('unmap_mapping_range'),
      { RETURN: preload.first },
      {
        pages: [here.page],
      },
    ),
    ...preload.states,
    ...unmapRange,
    delete_insert: step(
      TL,
      'dax_insert_mapping_entry',
      V413.dax,
      otherwise('unlock_page', '', (s) => {
        if (s.read(page(held(s)), isMapped))
          s.mark(mark({ type: 'warn', site: '__delete_from_page_cache: page is mapped' }));
        s.send(here.entry, { type: 'DELETE' });
        s.send(page(held(s)), { type: 'REMOVE_FROM_MAPPING' });
        s.send(page(held(s)), { type: 'PUT' });
        const put = slot(s);
        s.send(here.entry, { type: 'INSERT', slot: put, lockedBy: here.me });
        s.line(`delete hole page; entry := ${put.pfn}`);
        if (here.write) {
          s.send(here.entry, { type: 'TAG', tag: 'dirty' });
          s.line('set DIRTY');
        }
      }),
    ),
    // From here the entry lock protects the index, not the page lock.
    unlock_page: unlockPage(here, { page: held, fn: 'dax_insert_mapping_entry', src: V413.dax, to: 'put_page' }),
    put_page: step(
      LOCAL,
      'dax_insert_mapping_entry',
      V413.dax,
      otherwise(ret.RETURN, 'put_page()', (s) => {
        s.send(page(held(s)), { type: 'PUT' });
        s.set(grabbed, null);
      }),
    ),
    replace: replace(here, { fn: 'dax_insert_mapping_entry', src: V413.dax }, ret.RETURN, slot),
  });
}
