/**
 * A fix of finding AE: before a truncation or punch every pin of the file is waited for: also where nobody maps it, and those of entries that
 * are locked. 6.15 looks so; but here the entries are kept (AK), and no PTE is waited for. ext2 looks for none: with this it does.
 */
import { chart, type StateConfig } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import type { BreakLayouts, IomapParts } from '../../model/parts.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';

const breaks: BreakLayouts = breakLayout({ deletes: false, waitsForPtes: false });

/** ext2_setsize() breaks no layouts at all: here it does, when it has the fault lock. */
const ext2Breaks =
  (truncate: IomapParts['truncate']): IomapParts['truncate'] =>
  (d, here, ret) => {
    const whole = truncate(d, here, ret);
    const states = whole.states as Record<string, StateConfig>;
    const at = here.at('i_size_write');
    const { i_size_write: set } = states;
    const ways = (set!.on as { STEP: { target: string }[] }).STEP;
    states.i_size_write = chart(at, {
      break_layouts: breaks(d, at.at('break_layouts'), { RETURN: at.to('set') }),
      set: {
        ...set,
        id: at.at('set').id,
        on: { STEP: ways.map((way) => ({ ...way, target: here.to('unmap_mapping_range') })) },
      },
    } as Record<string, StateConfig>);
    return whole;
  };

export const waitsForEveryPin = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-waits-for-every-pin`,
    title: `${base.id}, dax_layout_busy_page() without mapping_mapped(), and it waits for locked entries`,
    source: '6be3e21d25ca, and the patch that drops mapping_mapped()',
    parts: { ...base.parts, break_layouts: breaks },
    filesystems: {
      ...base.filesystems,
      ext2: { ...base.filesystems!.ext2!, truncate: ext2Breaks(base.filesystems!.ext2!.truncate!) },
    },
    expects: {},
  });
