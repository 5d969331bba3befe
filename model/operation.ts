/** Operations of a scenario: each is a file under operations/, named as the scenario text names it. */
import type { StateConfig } from '../explorer/chart.ts';
import type { Here } from './here.ts';
import type { MmParts, Returns } from './parts.ts';

export interface Operation {
  readonly name: string;
  readonly takesPage: boolean;
  /** Whether it can be one call on several pages: `write a+b`. */
  readonly takesPages?: true;
  /** The words of which it takes one; absent: none. */
  readonly words?: readonly string[];
  /** One line for `faultline list operations`. */
  readonly what: string;
  /** NEXT: the operation is over. END: the thread was killed. */
  part(d: MmParts, here: Here, ret: Returns<'NEXT' | 'END'>): StateConfig;
}

export const defineOperation = (operation: Operation): Operation => operation;

/** The operation as a scenario writes it, what it takes included: `load P`, `mprotect ro|rw`. */
export const usage = ({
  name,
  takesPage,
  takesPages,
  words,
}: Pick<Operation, 'name' | 'takesPage' | 'takesPages' | 'words'>): string =>
  [name, takesPage ? `P${takesPages ? '[+P…]' : ''}` : words?.join('|')].filter(Boolean).join(' ');
