/**
 * v4.14 without mkwrite in insert_pfn(): a store's PTE is inserted read-only, and made writable under the PTL a second time
 * (mail 2017-06-17: "then for writes I have to re-grab the PTE lock and set do the mkwrite steps").
 */
import { chart, type Look, otherwise, step, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { Here } from '../../model/here.ts';
import type { IomapParts } from '../../model/parts.ts';
import { PTL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

type InsertPfn = IomapParts['insert_pfn'];

/** @param looks whether the second section looks at the PTE again, or writes what the first one left behind */
const insertThenMkwrite =
  ({ looks }: { readonly looks: boolean }): InsertPfn =>
  (d, here, ret, args) => {
    if (!args.mkwrite) return v412.parts.insert_pfn(d, here, ret, args);
    const second = here.to('mkwrite');
    return chart(here, {
      insert: v412.parts.insert_pfn(d, here.at('insert'), { OK: second, EBUSY: second }, { ...args, mkwrite: false }),
      mkwrite: step(
        PTL,
        'vm_insert_mixed_mkwrite',
        V414.memory,
        ...(looks ? [when((s) => !isSame(s, here, args.pfn), ret.EBUSY, '*pte is of another pfn: -EBUSY')] : []),
        otherwise(ret.OK, 'set_pte_at(rw)', (s) =>
          s.send(here.pte, { type: 'SET', pte: { pfn: args.pfn(s), w: true, d: true } }),
        ),
      ),
    });
  };

const isSame = (s: Look, here: Here, pfn: (s: Look) => string): boolean => s.read(here.pte)?.pfn === pfn(s);

const variation = (id: string, looks: boolean): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...v414,
    id,
    title: `v4.14, insert_pfn() and the mkwrite steps under the PTL one after the other${looks ? '' : ', without a second look'}`,
    source: 'mail 2017-06-17 (Zwisler)',
    parts: { ...v414.parts, insert_pfn: insertThenMkwrite({ looks }) },
    filesystems: undefined,
    expects: {},
  });

export const withSecondLook = variation('insert-then-mkwrite', true);
export const withoutSecondLook = variation('insert-then-mkwrite-blindly', false);
