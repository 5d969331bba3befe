/** fsync finds what to flush by the tags: a store through a writable PTE of a clean entry is never flushed. */
import { selector } from '../explorer/component.ts';
import { violated } from '../explorer/property.ts';
import { tagged } from '../model/entries/entry.ts';
import { isBlock } from '../model/entries/pfn.ts';
import type { PteValue } from '../model/entries/pte.ts';
import { slotOf } from '../model/thp.ts';
import { defineProperty } from './define.ts';
import { sharedTranslations } from './translations.ts';

const writableBlock = selector('writable block', (p: PteValue) => p?.w === true && isBlock(p.pfn));

export default defineProperty({
  id: 'writable-implies-dirty',
  sentence:
    'If a shared translation of index i has w=1 and maps a block, then the tree entry that covers i carries DIRTY or TOWRITE, also while that entry is locked. Private and ZERO translations are not its business (private-stays-private, zero-page-readonly).',
  promisedBy:
    'mail 2017-07-19 (Zwisler): "I don\'t think we ever end up with a writeable PTE but with a clean radix tree entry"',
  premise: 'such a translation',
  needs: (design) => (design.facts.dirtyTags ? undefined : 'dirty tags (4.5 and later)'),
  instance: (scene) => ({
    states: sharedTranslations(scene).map((t) => ({
      name: t.name,
      judge: (s) => {
        if (!t.read(s, writableBlock)) return undefined;
        // The entry that covers the index.
        const slot = slotOf(s, scene, t.page);
        return (
          s.read(slot, tagged) || violated(`${t.id} is writable and ${slot.id} is clean: fsync will not see the store`)
        );
      },
    })),
  }),
});
