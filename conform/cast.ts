/**
 * The processes of the model that do what one of the lab's does: one for the calls on the file, and one for each mapping, since a
 * process of the model has one mapping. After a signal a new one goes on, since it ends those of the model.
 */
import type { Turn } from './translated.ts';

export interface Process {
  readonly attributes: string;
  readonly operations: string[];
}
export interface Mapping {
  readonly attributes: string;
  /** Number of its address space in the model. */
  readonly space: number;
  /** Whether the observer has private pages through it, which fork(2) shares. */
  readonly hasCopies: boolean;
  /** Of the process that has it now; undefined: none has done anything through it. */
  process?: Process;
}

/** Of the model; from OTHER_SPACES on they are the partner's. */
export const MOST_SPACES = 9;
const OTHER_SPACES = 6;

export class Cast {
  readonly mappings = new Map<string, Mapping>();
  /** By a mapping's letter, who has it. */
  readonly processOf = new Map<string, string>();
  private readonly processes: Process[] = [];
  private readonly spaces = new Map<string, number>();
  private file: Process | undefined;

  get isEmpty(): boolean {
    return this.processes.length === 0;
  }
  /** In the language of `--scenario`. */
  get text(): string {
    return this.processes.map((p) => `${p.attributes}${p.operations.join('; ')}`).join(' || ');
  }

  /** Whose the calls on the file are. */
  get fileProcess(): Process {
    this.file ??= this.begin('');
    return this.file;
  }

  processFor(letter: string): Process {
    const mapping = this.mappings.get(letter)!;
    mapping.process ??= this.begin(mapping.attributes);
    this.processOf.set(letter, this.idOf(mapping.process));
    return mapping.process;
  }

  begin(attributes: string): Process {
    const process = { attributes, operations: [] };
    this.processes.push(process);
    return process;
  }

  idOf(process: Process): string {
    return `T${this.processes.indexOf(process)}`;
  }

  take(process: Process, operation: string): Turn {
    return { process: this.idOf(process), position: process.operations.push(operation) - 1 };
  }

  takeEach(process: Process, operations: readonly string[]): Turn[] {
    return operations.map((o) => this.take(process, o));
  }

  /**
   * The number of an address space for one more mapping of a kind. Two of a kind are one mapping in the model, unless they are in
   * two address spaces. @param other whether it is the partner's, and so has to be in another one than all of the observer's
   * @returns more than MOST_SPACES where there are too many
   */
  spaceFor(kind: string, other: boolean): number {
    const [name, first] = other ? [`other ${kind}`, OTHER_SPACES] : [kind, 1];
    const space = this.spaces.get(name) ?? first;
    this.spaces.set(name, space + 1);
    return !other && space >= OTHER_SPACES ? MOST_SPACES + 1 : space;
  }
}
