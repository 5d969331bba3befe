import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';
import looksOnce from '../designs/v4.18-layouts-look-once.ts';

const where = { scenario: 'a=block, b=block: pin a; unpin a || pin b; unpin b || truncate a', config: ['', 'fs=xfs'] };

export default defineBug({
  id: 'C50',
  claim:
    'b1f382178d15 (4.19) "ext4: close race between direct IO and ext4_break_layouts()", and the same for XFS: a page that is idle before anybody waits for it ends the search',
  before: violates('no-freed-block-pinned', { design: looksOnce, ...where }, [
    /T2 .*blk\.a is pinned/,
    /T0 .*put_page\(blk\.a\)/,
    /T2 .*!retry: done/,
    /T2 .*free/,
  ]),
  after: holds('no-freed-block-pinned', { design: 'v5.10', ...where }),
});
