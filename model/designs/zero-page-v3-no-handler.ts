/** What Jan Kara asked about (2017-07-19): v3 with dax_pfn_mkwrite() gone and no ->pfn_mkwrite() in its place. */
import { defineDesign } from '../design.ts';
import { onEveryFilesystem } from '../filesystem.ts';
import type { IomapParts } from '../parts.ts';
import v3 from './zero-page-v3.ts';

export default defineDesign<IomapParts>({
  id: 'zero-page-v3-no-handler',
  title: 'zero-page-v3 without a ->pfn_mkwrite() handler',
  source: 'mail 2017-07-19, "Re: [PATCH v3 3/5] dax: use common 4k zero page for dax mmap reads"',
  facts: v3.facts,
  // The question was about every filesystem's handler.
  ...onEveryFilesystem(v3, { pfn_mkwrite: null }),
  expects: {
    'fsync-durable': ['store-fsync', 'fsync-fsync', 'three-two'],
    'mtime-by-msync': ['store-fsync', 'fsync-fsync', 'three-two'],
    'mtime-on-write': [
      'load-store',
      'load-store-2mm',
      'store-fsync',
      'store-truncate',
      'store-punch',
      'store-write',
      'fsync-fsync',
      'three-two',
    ],
    'no-stale-read': ['load-store', 'load-store-2mm', 'store-punch', 'three-two'],
    'writable-implies-dirty': [
      'load-store',
      'store-fsync',
      'store-truncate',
      'store-punch',
      'store-write',
      'fsync-fsync',
      'three-two',
    ],
    'zero-page-readonly': ['load-store', 'load-store-2mm', 'store-punch', 'store-write', 'three-two'],
  },
});
