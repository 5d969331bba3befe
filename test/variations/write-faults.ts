/** Other orders in a fault of v4.14, as somebody might propose them. No kernel. */
import { chart, dispatch, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { isPresent } from '../../model/entries/entry.ts';
import { faultLock } from '../../model/entries/rwsem.ts';
import type { Here } from '../../model/here.ts';
import type { IomapParts } from '../../model/parts.ts';
import { fileUpdateTime, sbStartPagefault } from '../../model/paths/ext4_dax_fault.ts';
import { up } from '../../model/paths/locks.ts';
import { TL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';
import { leaveOut } from './edit.ts';

const base = v414.parts;
const proposed = (id: string, title: string, parts: Partial<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...v414,
    id: `v4.14-${id}`,
    title: `v4.14, ${title}`,
    source: 'no kernel',
    parts: { ...base, ...parts },
    expects: {},
  });

const loads = (here: Here): boolean => !here.write;

/** DIRTY is set behind the PTE. */
export const tagsLast = proposed('tags-last', 'a store sets DIRTY behind the PTE, with the entry still locked', {
  // The section looks at here.write only for the tag.
  dax_insert_mapping_entry: (d, here, ret, slot, kind) =>
    base.dax_insert_mapping_entry(d, Object.create(here, { write: { value: false } }), ret, slot, kind),
  dax_insert_mapping: (d, here, ret) =>
    loads(here)
      ? base.dax_insert_mapping(d, here, ret)
      : chart(here, {
          insert: base.dax_insert_mapping(d, here.at('insert'), { RETURN: here.to('tag') }),
          tag: step(
            TL,
            'dax_insert_mapping',
            V414.dax,
            otherwise(ret.RETURN, 'set DIRTY', (s) => s.send(here.slot(s), { type: 'TAG', tag: 'dirty' })),
          ),
        }),
});

/** The times are updated before the filesystem is kept from freezing. */
const timesBefore: IomapParts['fault'] = (d, here, ret) => {
  const whole = base.fault(d, here, ret);
  if (!here.sharedWrite) return whole;
  const fn = 'ext4_dax_huge_fault';
  const src = V414.ext4File;
  const { sb_start_pagefault: _sb, file_update_time: _times, ...rest } = whole.states as Record<string, StateConfig>;
  return chart(here, {
    file_update_time: fileUpdateTime(here, fn, src, 'sb_start_pagefault'),
    sb_start_pagefault: sbStartPagefault(here, fn, src, 'i_mmap_sem'),
    ...rest,
  });
};
export const timesFirst = proposed('times-first', 'the times are updated before sb_start_pagefault()', {
  fault: timesBefore,
  pfn_mkwrite: timesBefore,
});

/** Only stores lock the entry; a load puts one in if there is none. */
export const loadsLockNothing = proposed('loads-lock-nothing', 'the entry is locked by stores only', {
  grab_mapping_entry: (d, here, ret) =>
    loads(here)
      ? chart(here, { nothing: dispatch('grab_mapping_entry', V414.dax, otherwise(ret.RETURN, '')) })
      : base.grab_mapping_entry(d, here, ret),
  dax_insert_mapping_entry: (d, here, ret, slot, kind) =>
    loads(here)
      ? chart(here, {
          insert: step(
            TL,
            'dax_insert_mapping_entry',
            V414.dax,
            when((s) => s.read(here.entry, isPresent), ret.RETURN, 'an entry: stays'),
            otherwise(ret.RETURN, 'insert, not locked', (s) =>
              s.send(here.entry, { type: 'INSERT', slot: slot(s), lockedBy: null }),
            ),
          ),
        })
      : base.dax_insert_mapping_entry(d, here, ret, slot, kind),
  put_locked_mapping_entry: (d, here, ret) =>
    loads(here)
      ? chart(here, { nothing: dispatch('put_locked_mapping_entry', V414.dax, otherwise(ret.RETURN, '')) })
      : base.put_locked_mapping_entry(d, here, ret),
});

/** The fault lock is given back before the PTE is set; the entry stays locked. */
const unlocked =
  (part: IomapParts['fault']): IomapParts['fault'] =>
  (d, here, ret) =>
    (here.cow ? part : leaveOut(part, { up_read: 'end' }))(d, here, ret);
export const dropsFaultLock = proposed('drops-fault-lock', 'the fault lock is given back before the PTE is set', {
  insert_pfn: (d, here, ret, pfn) =>
    chart(here, {
      up_read: up(here, faultLock, 'ext4_dax_huge_fault', V414.ext4File, 'insert'),
      insert: base.insert_pfn(d, here.at('insert'), ret, pfn),
    }),
  fault: unlocked(base.fault),
  pfn_mkwrite: unlocked(base.fault),
});
