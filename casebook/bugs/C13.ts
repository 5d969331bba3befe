import { holds, violates } from '../ask.ts';
import { defineBug } from '../case.ts';

const race = 'a=block: store a || punch a';

export default defineBug({
  id: 'C13',
  claim:
    'ea3d7209ca01 (4.5), CVE-2015-8839 "ext4: fix races between page faults and hole punching": a fault maps a block that punch frees',
  before: [
    ...violates('no-freed-block-mapped', { design: 'v4.0', scenario: race }, [
      /T1 .*punch/,
      /T0 .*insert_pfn/,
      /T1 .*free/,
    ]),
    ...violates('no-stale-read', {
      design: 'v4.0',
      scenario: 'a=block: load a || punch a',
      config: 'block-reuse=foreign',
    }),
  ],
  after: [
    ...holds('no-freed-block-mapped', { design: ['v4.5', 'v4.9', 'v4.14'], scenario: race }),
    ...holds('no-stale-read', {
      design: ['v4.5', 'v4.14'],
      scenario: 'a=block: load a || punch a',
      config: 'block-reuse=foreign',
    }),
  ],
});
