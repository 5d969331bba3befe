/** Punch on ext4 writes back what is DIRTY only where the file has a page in the page cache, as up to 4.8. */
import { type Design, defineDesign } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { punchOf } from '../../model/paths/ext4_truncate.ts';

export const writesBackPagesOnly = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-punch-writes-back-pages-only`,
    title: `${base.id}, punch writes back where the file has pages in the page cache`,
    source: 'mail 2016-09-29, "[PATCH v4 01/12] ext4: allow DAX writeback for hole punch", not applied',
    parts: { ...base.parts, punch: punchOf({ onlyWithPages: true }) },
    expects: {},
  });
