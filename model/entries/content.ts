/**
 * Contents: the set of operations whose byte is in the page. A store adds its own byte, `write` replaces the page,
 * clear and punch empty it, `foreign` marks another file's data. (With one value per page a second store would hide
 * that the first was lost.)
 */
import { selector } from '../../explorer/component.ts';
import { withMember } from './machine.ts';

/** Sorted. */
export type Content = readonly string[];
export const FOREIGN = 'foreign';

/** Of whatever has contents. */
export const contents = selector('contents', ({ mem }: { readonly mem: Content }) => mem);

export type ContentEvent =
  | { readonly type: 'STORE'; readonly op: string }
  | { readonly type: 'COPY'; readonly op: string }
  | { readonly type: 'ZERO' };

export const contentReactions = {
  STORE: <V extends { mem: Content }>(v: V, { op }: { op: string }): V => ({ ...v, mem: withMember(v.mem, op) }),
  COPY: <V extends { mem: Content }>(v: V, { op }: { op: string }): V => ({ ...v, mem: [op] }),
  ZERO: <V extends { mem: Content }>(v: V): V => ({ ...v, mem: [] }),
};

export const showContent = (c: Content): string => `{${c.join(' ')}}`;
