import { costs } from '../ask.ts';
import { defineBug } from '../case.ts';
import rescans from '../designs/v4.12-writeback-rescans.ts';

const [once, twice] = [
  'a=block: store a; fsync || store a; fsync',
  'a=block: store a; fsync || store a; fsync; store a; fsync',
] as const;
const fsync = { process: 'T0', position: 1 };

export default defineBug({
  id: 'C45',
  claim:
    '1eb643d02b21 (4.12) "fs/dax.c: fix inefficiency in dax_writeback_mapping_range()": each batch begins the search anew, "prone to livelocks"',
  means: 'how often an fsync write-protects its one page in its worst run grows with what others dirty meanwhile',
  before: [
    ...costs('ptl-sections', fsync, 'more than 1', (c) => c.worst > 1, { design: rescans, scenario: once }),
    ...costs('ptl-sections', fsync, 'more than 2', (c) => c.worst > 2, { design: rescans, scenario: twice }),
  ],
  after: costs('ptl-sections', fsync, 'at most 1', (c) => c.worst <= 1, { design: 'v4.12', scenario: [once, twice] }),
  note: 'Programs in the model are finite, so nobody dirties for ever, and an endless fsync cannot show: its growth does.',
});
