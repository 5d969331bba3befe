/** Operations of a scenario: each is a file under operations/, named as the scenario text names it. */
import type { StateConfig } from '../explorer/chart.ts';
import type { Here } from './here.ts';
import type { MmParts, Returns } from './parts.ts';

export interface Operation {
  readonly name: string;
  readonly takesPage: boolean;
  /** One line for `faultline list operations`. */
  readonly what: string;
  /** NEXT: the operation is over. END: the thread was killed. */
  part(d: MmParts, here: Here, ret: Returns<'NEXT' | 'END'>): StateConfig;
}

export const defineOperation = (operation: Operation): Operation => operation;
