/** v6.12, where a store's fault tags nothing: fsync looks for dirty PTEs first, and tags their entries. No kernel. */
import { chart, otherwise, register, type StateConfig, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v612 from '../../model/designs/v6.12.ts';
import { entry } from '../../model/entries/entry.ts';
import { pte } from '../../model/entries/pte.ts';
import type { IomapParts } from '../../model/parts.ts';
import { PTL, TL } from '../../model/sections.ts';

const src = { tree: 'variation', file: 'fs/dax.c' } as const;
const base = v612.parts;
const found = register<readonly string[]>('found', []);

const fsync: IomapParts['fsync'] = (d, here, ret, range) => {
  const ptes = here.scene.vmas.filter((v) => v.shared).flatMap((v) => v.pages.map((page) => ({ vma: v.id, page })));
  const looks = ptes.map(({ vma, page }, i): [string, StateConfig] => {
    const next = i + 1 < ptes.length ? `look_${i + 1}` : 'tag';
    const look = otherwise(next, `pte_dirty(${vma} ${page})?`, (s) => {
      if (s.read(pte(vma, page))?.d && !s.get(found).includes(page)) s.set(found, [...s.get(found), page]);
    });
    return [`look_${i}`, step(PTL, 'collect_dirty', src, look)];
  });
  return chart(here, {
    ...Object.fromEntries(looks),
    tag: step(
      TL,
      'collect_dirty',
      src,
      otherwise('fsync', 'tag what was found', (s) => {
        for (const page of s.get(found)) {
          if (s.read(entry(page)).kind !== 'nil') s.send(entry(page), { type: 'TAG', tag: 'dirty' });
        }
        s.set(found, []);
      }),
    ),
    fsync: base.fsync(d, here.at('fsync'), ret, range),
  });
};

export default defineDesign<IomapParts>({
  id: 'v6.12-tags-at-fsync',
  title: 'v6.12, where fsync tags the entries whose PTEs are dirty, and no fault does',
  source: 'variation',
  facts: v612.facts,
  parts: {
    ...base,
    fsync,
    dax_insert_mapping_entry: (d, here, ...rest) => base.dax_insert_mapping_entry(d, here.reading(), ...rest),
  },
  expects: {},
});
