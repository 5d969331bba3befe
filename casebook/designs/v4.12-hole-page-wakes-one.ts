/** v4.10 before 965d004af540: page_cache_tree_insert() wakes one waiter of the entry that it replaces (C12). */
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import type { IomapParts } from '../../model/parts.ts';
import { loadHole } from '../../model/paths/dax_load_hole_v412.ts';
import { wakeNext } from '../../model/paths/entry_lock.ts';

export default defineDesign<IomapParts>({
  id: 'v4.12-hole-page-wakes-one',
  title: 'v4.12, but a hole page wakes only one waiter of the entry it replaces',
  source: 'before 965d004af540 "dax: fix deadlock with DAX 4k holes"',
  facts: v412.facts,
  parts: { ...v412.parts, dax_load_hole: loadHole({ wake: wakeNext }) },
  expects: {},
});
