import { showContent } from './entries/content.ts';
import type { KernelMark } from './marks.ts';

/** What a caller gets: bytes that were loaded or read, a return value, a signal; undefined for other marks. */
export function resultText(m: KernelMark | undefined): string | undefined {
  switch (m?.type) {
    case 'hw-load':
    case 'read-copy':
      return `${m.op} gets ${showContent(m.content)}`;
    case 'end':
      return `${m.op} returns ${m.error ?? '0'}`;
    case 'killed':
      return `${m.op} ends with ${m.signal}`;
    default:
      return undefined;
  }
}
