/** What a scenario of the lab has become: which process of the model does what, operation by operation. */
import type { Call } from './script.ts';
import type { TableOperation } from './table.ts';

/** One operation of a process of the model: it runs until that is over. */
export interface Turn {
  /** As the model names it: `T0`, `T1c1`. */
  readonly process: string;
  readonly position: number;
  /** What a store or write leaves in the page. */
  readonly byte?: number;
}
/** One of a side's: they are taken one after the other. */
export interface SideTurn extends Turn {
  /** Which of the side's calls it belongs to; undefined: it only makes ready for one, or ends it. */
  readonly call?: number;
}
export interface TranslatedOperation {
  readonly recorded: TableOperation;
  readonly call: Call | null;
  readonly turns: readonly Turn[];
  /** Of a race: what each side does, at once with the other. */
  readonly sides?: readonly (readonly SideTurn[])[];
  /** The file is prepared by it: the model's begins so. */
  readonly setUp: boolean;
  /** The mappings that there are after it, by their letters: a process that has each; undefined: none has used it yet. */
  readonly mapped: ReadonlyMap<string, string | undefined>;
  /** Why the model has no such operation; what follows it is not compared either. */
  readonly notModelled?: string;
}
export interface Translated {
  /** In the language of `--scenario`. */
  readonly scenario: string;
  /** What makes the file as long as it is at first. */
  readonly before: readonly Turn[];
  /** Whether the model has every page of the file; of a large one it has those that something is said of. */
  readonly whole: boolean;
  /** The file's pages, by their names in the scenario. */
  readonly pages: ReadonlyMap<string, number>;
  /** By name, how many of the file's pages each stands for. */
  readonly standFor: ReadonlyMap<string, number>;
  readonly operations: readonly TranslatedOperation[];
  /** Whether some mapping is one that the kernel may map by a PMD. */
  readonly huge: boolean;
  /** Whether all are too small or out of place for that, and faults attempt a PMD and fall back; else there are no attempts where none is huge. */
  readonly attempts: boolean;
  /** Whether that may be asked for: no mapping is huge, and none has MADV_NOHUGEPAGE. */
  readonly mayAttempt: boolean;
}
