/** How an event is called on both sides: in the user's trace, and where the model's steps would fire it. */

export const pageFault = (page: number, code: number): string =>
  `page_fault_user pgoff ${hex(page)} error_code=${hex(code)}`;
/** @param how `WRITE|MKWRITE` or less */
export const faultBegins = (size: 'pte' | 'pmd', page: number, how: readonly string[]): string =>
  [`dax_${size}_fault`, 'pgoff', hex(page), how.join('|')].filter((w) => w !== '').join(' ');
export const faultEnds = (size: 'pte' | 'pmd', page: number, result: string): string =>
  `dax_${size}_fault_done pgoff ${hex(page)} ${result}`;
export const loadHole = (page: number): string => `dax_load_hole pgoff ${hex(page)}`;
export const pmdLoadHole = (page: number): string => `dax_pmd_load_hole pgoff ${hex(page)}`;
export const WRITEBACK_BEGINS = 'dax_writeback_range';
export const WRITEBACK_ENDS = 'dax_writeback_range_done';
export const writebackOne = (page: number): string => `dax_writeback_one pgoff ${hex(page)}`;
export const callBegins = (call: string): string => `sys_enter_${call}`;
/** @param error what it failed with */
export const callEnds = (call: string, error?: string): string =>
  `sys_exit_${call}${error === undefined ? '' : ` -${error}`}`;
export const functionCalled = (name: string): string => `${name}()`;

const hex = (n: number): string => `0x${n.toString(16)}`;
