/** A verifier that was made, and for what. */
import type { Built } from './build.ts';

export interface Compilation {
  readonly subject: string;
  readonly shape: string;
  /** The mode's title. */
  readonly mode: string;
  readonly built: Built;
}
