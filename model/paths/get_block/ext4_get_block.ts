/**
 * ext4's get_block of 4.0 and 4.1. A block allocated for a store fault is WRITTEN at once and zeroed later, by the fault
 * that was told it is new; write(2) leaves it UNWRITTEN until its copy is done. Each body is one step (i_data_sem).
 * fs/ext4/inode.c _ext4_get_block(), extents.c
 */
import {
  type Act,
  type Alternative,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { block } from '../../entries/block.ts';
import { extent } from '../../entries/extent.ts';
import { inode, reaches } from '../../entries/inode.ts';
import type { Here } from '../../here.ts';
import { startJournal, underHandle } from '../../journal.ts';
import { mark } from '../../marks.ts';
import { type Mapping, mapping } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { allocate, unwrittenExtent } from '../ext4_iomap_begin.ts';
import { mayFail, type OnError } from '../may_fail.ts';

const state = (s: Pick<Act, 'read'>, here: Here) => s.read(extent(here.page)).state;
const answer = (s: Act, here: Here, type: Mapping['type'], fresh: boolean): void =>
  s.set(mapping, { type, block: s.read(extent(here.page)).block, fresh });
/** The same under a journal handle, which every call with a create flag starts. */
const answerStarted: typeof answer = (s, here, type, fresh) => {
  answer(s, here, type, fresh);
  startJournal(s, here);
};

/** With a create flag: there may be no block left, or no journal handle. Nothing has changed then. */
const mayFailCreating = (here: Here, call: string, failed?: OnError): Alternative[] => {
  const isHole = (s: Look): boolean => state(s, here) === 'HOLE';
  const errors = { ENOSPC: isHole, EIO: (s: Look) => !isHole(s), ENOMEM: true } as const;
  return failed ? mayFail(here, call, errors, failed) : [];
};

/** get_block(create=0): an unwritten extent is answered with its block, but not as mapped. */
export const getBlock = (here: Here, fn: string, to: { HOLE: Target; BLOCK: Target }, failed?: OnError): StateConfig =>
  step(
    SLEEP,
    fn,
    V40.ext4Inode,
    ...(failed ? mayFail(here, 'get_block(0)', { EIO: true, ENOMEM: true }, failed) : []),
    when(
      (s) => state(s, here) === 'WRITTEN',
      to.BLOCK,
      'get_block(0): written',
      (s) => answer(s, here, 'MAPPED', false),
    ),
    when(
      (s) => state(s, here) === 'UNWRITTEN',
      to.BLOCK,
      'get_block(0): unwritten',
      (s) => answer(s, here, 'UNWRITTEN', false),
    ),
    otherwise(to.HOLE, 'get_block(0): hole', (s) => s.mark(mark({ type: 'hole', by: here.op.name, page: here.page }))),
  );

/**
 * get_block(create=1) as faults and extending writes call it.
 * @param options.hole whether a block can be there already only because a truncate has failed to free it
 * @param options.failed where an error leads
 */
export const getBlockCreate = (
  here: Here,
  fn: string,
  to: Target,
  { hole = false, failed }: { hole?: boolean; failed?: OnError } = {},
): StateConfig => {
  const isHole = (s: Look): boolean => state(s, here) === 'HOLE';
  const noSpace = { ENOSPC: isHole, ENOMEM: true } as const;
  const errors = hole ? noSpace : { ...noSpace, EIO: (s: Look) => !isHole(s) };
  return underHandle(
    here,
    step(
      SLEEP,
      fn,
      V40.ext4Inode,
      ...(failed ? mayFail(here, 'get_block(1)', errors, failed) : []),
      when(
        (s) => state(s, here) === 'WRITTEN',
        to,
        'get_block(1): written',
        (s) => answerStarted(s, here, 'MAPPED', false),
      ),
      when(
        (s) => state(s, here) === 'UNWRITTEN',
        to,
        'get_block(1): converted, new',
        (s) => {
          // A short unwritten extent is zeroed and converted as a whole.
          for (const p of unwrittenRun(s, here)) {
            s.send(block(s.read(extent(p)).block!), { type: 'ZERO' });
            s.send(extent(p), { type: 'CONVERT' });
          }
          answerStarted(s, here, 'MAPPED', true);
        },
      ),
      otherwise(to, 'get_block(1): allocated, new, not zeroed', (s) => {
        const b = allocate(s, here, here.page);
        s.send(extent(here.page), { type: 'MAP', block: b, state: 'WRITTEN' });
        answerStarted(s, here, 'MAPPED', true);
      }),
    ),
  );
};

/** ext4_get_block_write(), as write(2) inside i_size calls it: what is not written yet is (left) unwritten. */
export const getBlockWrite = (here: Here, fn: string, to: Target, failed?: OnError): StateConfig =>
  underHandle(
    here,
    step(
      SLEEP,
      fn,
      V40.ext4Inode,
      ...mayFailCreating(here, 'ext4_get_block_write()', failed),
      when(
        (s) => state(s, here) === 'WRITTEN',
        to,
        'ext4_get_block_write(): written',
        (s) => answerStarted(s, here, 'MAPPED', false),
      ),
      when(
        (s) => state(s, here) === 'UNWRITTEN',
        to,
        'ext4_get_block_write(): unwritten',
        (s) => answerStarted(s, here, 'UNWRITTEN', false),
      ),
      otherwise(to, 'ext4_get_block_write(): allocated, unwritten', (s) => {
        const b = allocate(s, here, here.page);
        s.send(extent(here.page), { type: 'MAP', block: b, state: 'UNWRITTEN' });
        answerStarted(s, here, 'UNWRITTEN', false);
      }),
    ),
  );

/**
 * ext4_convert_unwritten_extents(): of a hole it makes a fresh unwritten block, because CREATE is set.
 * @param options.excluded why the extent cannot have been freed meanwhile, where that is so
 * @param options.failed where an error leads: the extent is not converted
 */
export const convertUnwritten = (
  here: Here,
  fn: string,
  to: Target,
  { excluded, failed }: { excluded?: string; failed?: OnError } = {},
): StateConfig =>
  underHandle(
    here,
    step(
      SLEEP,
      fn,
      V40.ext4Extents,
      ...(failed ? mayFail(here, 'ext4_convert_unwritten_extents()', { EIO: true }, failed) : []),
      when(
        (s) => state(s, here) !== 'HOLE',
        to,
        'convert unwritten to written',
        (s) => {
          s.send(extent(here.page), { type: 'CONVERT' });
          s.set(mapping, null);
          startJournal(s, here);
        },
      ),
      unreached(
        excluded,
        otherwise(to, 'convert: a hole by now; allocates an unwritten block', (s) => {
          const b = allocate(s, here, here.page);
          s.send(extent(here.page), { type: 'MAP', block: b, state: 'UNWRITTEN' });
          s.set(mapping, null);
          startJournal(s, here);
        }),
      ),
    ),
  );

/**
 * The pages that are zeroed and converted with the one asked for: a short unwritten extent as a whole, if it ends inside
 * i_size and the block cannot be given to a written left neighbour. (Extents that ext4 keeps apart though they adjoin,
 * those of a write(2) under way, are taken as one.)
 */
function unwrittenRun(s: Pick<Act, 'read'>, here: Here): string[] {
  const { run, givenToLeft } = unwrittenExtent(s, here);
  const inside = s.read(inode, reaches(run.at(-1)!.index));
  return givenToLeft || !inside ? [here.page] : run.map((p) => p.name);
}
