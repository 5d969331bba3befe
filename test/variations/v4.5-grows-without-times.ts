/** v4.5, where a truncate that makes the file longer sets i_size alone: before 911af577de4e "ext4: update c/mtime on truncate up". */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v45 from '../../model/designs/v4.5.ts';
import { inode, iSize } from '../../model/entries/inode.ts';
import { inodeLock } from '../../model/entries/rwsem.ts';
import { mark } from '../../model/marks.ts';
import type { RadixEntryParts } from '../../model/parts.ts';
import { callOf } from '../../model/paths/call.ts';
import { down, up } from '../../model/paths/locks.ts';
import { behind } from '../../model/paths/truncate_pagecache.ts';
import { SLEEP } from '../../model/sections.ts';
import { V45 } from '../../model/sources.ts';

const fn = 'ext4_setattr';
const src = V45.ext4Inode;

/** Of scenarios with one truncate at a time. */
const truncate: RadixEntryParts['truncate'] = (d, here, ret) => {
  const size = here.pageFacts.index;
  const { begin, end } = callOf(here, behind(here));
  return chart(here, {
    oldsize: step(
      SLEEP,
      fn,
      src,
      when((s) => s.read(inode, iSize) < size, 'i_mutex', 'attr->ia_size > i_size', begin),
      otherwise('shrink', 'attr->ia_size <= i_size'),
    ),
    ...down(here, 'i_mutex', { lock: inodeLock, mode: 'write', fn, src, to: 'i_size_write' }),
    i_size_write: step(
      SLEEP,
      fn,
      src,
      otherwise('mutex_unlock', `i_size = ${size}: the file grows`, (s) => {
        s.send(inode, { type: 'I_SIZE_WRITE', size });
        s.mark(mark({ type: 'grown', op: here.op.token }));
      }),
    ),
    mutex_unlock: up(here, inodeLock, fn, src, ret.RETURN, end),
    shrink: v45.parts.truncate(d, here.at('shrink'), ret),
  });
};

export default defineDesign<RadixEntryParts>({
  ...v45,
  id: 'v4.5-grows-without-times',
  title: 'v4.5, a truncate that makes the file longer does not update the times',
  source: 'before 911af577de4e "ext4: update c/mtime on truncate up" (4.3)',
  parts: { ...v45.parts, truncate },
  expects: {},
});
