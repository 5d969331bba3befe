/**
 * Walks over PTEs, as change_pte_range() and copy_pte_range() are; finer than the kernel's, which hold the PTL for a whole
 * page table.
 */
import {
  type Act,
  otherwise,
  type Register,
  type Source,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { PTL } from '../sections.ts';

/** State `name`: `visit` of the PTEs 0 to `count` - 1, one PTL section each; then `to`. */
export function walkPtes(
  name: string,
  t: { fn: string; src: Source; index: Register<number>; count: number; to: Target },
  visit: (s: Act, i: number) => void,
): StateConfig {
  return step(
    PTL,
    t.fn,
    t.src,
    when(
      (s) => s.get(t.index) === t.count - 1,
      t.to,
      '',
      (s) => {
        visit(s, t.count - 1);
        s.set(t.index, 0);
      },
    ),
    otherwise(name, '', (s) => {
      const i = s.get(t.index);
      visit(s, i);
      s.set(t.index, i + 1);
    }),
  );
}
