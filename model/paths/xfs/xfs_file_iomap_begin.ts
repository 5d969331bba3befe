/**
 * xfs_file_iomap_begin(), 4.9 to 4.14: a lookup under the shared ILOCK, and where that finds no written block, an allocation
 * under the exclusive one, zeroed and written at once. Between the two somebody else may have allocated; the answer is
 * IOMAP_F_NEW all the same. One block is converted, never a neighbour. fs/xfs/xfs_iomap.c, libxfs/xfs_bmap.c
 */
import { type Act, chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { extent } from '../../entries/extent.ts';
import type { Here } from '../../here.ts';
import { startJournal } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { IomapParts, Returns } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { allocateZeroed, zeroout } from '../ext4_iomap_begin.ts';

const FN = 'xfs_file_iomap_begin';

const state = (s: Pick<Act, 'read'>, here: Here) => s.read(extent(here.page)).state;
const answer = (s: Act, here: Here, fresh: boolean): void =>
  s.set(mapping, { type: 'MAPPED', block: s.read(extent(here.page)).block, fresh });

export const xfs_file_iomap_begin: IomapParts['iomap_begin'] = (_d, here, ret, { write }) => {
  const found = when(
    (s) => state(s, here) === 'WRITTEN',
    ret.MAPPED,
    'xfs_bmapi_read(): written',
    (s) => answer(s, here, false),
  );
  const missing = write
    ? [otherwise('xfs_iomap_write_direct', 'xfs_bmapi_read(): no written block')]
    : [
        when((s) => state(s, here) === 'UNWRITTEN', ret.HOLE, 'xfs_bmapi_read(): unwritten'),
        otherwise(ret.HOLE, 'xfs_bmapi_read(): hole', (s) =>
          s.mark(mark({ type: 'hole', by: here.op.name, page: here.page })),
        ),
      ];
  return chart(here, {
    xfs_bmapi_read: step(SLEEP, FN, V414.xfsIomap, found, ...missing),
    ...(write && { xfs_iomap_write_direct: xfs_iomap_write_direct(here, ret) }),
  });
};

/** xfs_bmapi_write(CONVERT | ZERO) in a transaction: it zeroes what it allocates or converts, and no more. */
function xfs_iomap_write_direct(here: Here, ret: Returns<'MAPPED'>): StateConfig {
  const make = (line: string, how: (s: Act) => void) =>
    [
      ret.MAPPED,
      `xfs_bmapi_write(): ${line}, F_NEW`,
      (s: Act): void => {
        how(s);
        answer(s, here, true);
        startJournal(s, here);
      },
    ] as const;
  return step(
    SLEEP,
    'xfs_iomap_write_direct',
    V414.xfsIomap,
    when((s) => state(s, here) === 'WRITTEN', ...make('written by now', () => {})),
    when(
      (s) => state(s, here) === 'UNWRITTEN',
      ...make('zeroed, converted', (s) => {
        zeroout(s, s.read(extent(here.page)).block!);
        s.send(extent(here.page), { type: 'CONVERT' });
      }),
    ),
    otherwise(...make('zeroed, allocated', (s) => allocateZeroed(s, here))),
  );
}
