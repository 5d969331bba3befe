/** C15: fsync write-protects PTEs, and not PMDs. */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { mkclean } from '../../model/paths/dax_mapping_entry_mkclean.ts';
import { V414 } from '../../model/sources.ts';

const dax_mapping_entry_mkclean = mkclean({ fn: 'dax_mapping_entry_mkclean', src: V414.dax, cleansPmds: false });

export default defineDesign<IomapParts>({
  id: 'v4.14-pmd-not-cleaned',
  title: 'v4.14, dax_mapping_entry_mkclean() passes over a huge PMD',
  source: 'before f729c8c9b24f "dax: wrprotect pmd_t in dax_mapping_entry_mkclean"',
  facts: v414.facts,
  parts: { ...v414.parts, dax_mapping_entry_mkclean },
  expects: {},
});
