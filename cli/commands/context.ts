/** What every command is given. */
import type { Backend } from '../backend.ts';
import type { Io } from '../io.ts';

export interface CommandContext {
  readonly io: Io;
  readonly load: () => Promise<Backend>;
  /** Takes the exit code. */
  readonly finish: (code: number) => void;
}

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
