/**
 * Which process of the model does what a task did. A task is several that take turns where it uses several mappings, since a
 * process of the model has one, and where it may have been killed, since one of the model ends then.
 */
import type { TracedVma, Vmas } from './vmas.ts';

/** Part of a process of the model: what one line or several of a task come to. */
export interface DerivedTurn {
  /** Its number in `processes`. */
  readonly process: number;
  /** Of its operations, the last one that belongs to it. */
  readonly position: number;
  /** The system call; undefined: an access. */
  readonly call?: string;
}
export interface DerivedProcess {
  /** `[mm2, private] ` */
  readonly attributes: string;
  readonly operations: readonly string[];
}
/** An operation, before it is known in which process it is. */
export interface Doing {
  readonly strand: number;
  readonly vma: TracedVma | undefined;
  readonly words: readonly string[];
  readonly call?: string;
  /** How many processes of the task have been killed before. */
  readonly life: number;
}

export class Cast {
  readonly processes: { attributes: string; operations: string[] }[] = [];
  /** By strand. */
  readonly turns: readonly DerivedTurn[][];
  private readonly vmas: Vmas;

  constructor(doings: readonly Doing[], strands: readonly { readonly task: number }[], vmas: Vmas) {
    this.vmas = vmas;
    this.turns = strands.map(() => []);
    const numbers = new Map<string, number>();
    // Names of address spaces first: a task without a mapping has that of its space as well.
    for (const { vma } of doings) if (vma) this.attributes(vma);
    for (const { strand, vma, words, call, life } of doings) {
      const through = vma ?? doings.find((d) => d.strand === strand && d.life === life && d.vma)?.vma;
      const attributes = through ? this.attributes(through) : this.spaceOnly(strands[strand]!.task);
      const key = `${strand} ${life} ${attributes}`;
      const process = numbers.get(key) ?? this.processes.push({ attributes, operations: [] }) - 1;
      numbers.set(key, process);
      const position = this.processes[process]!.operations.push(...words) - 1;
      this.turns[strand]!.push({ process, position, ...(call !== undefined && { call }) });
    }
  }

  /** By address space, kind of mapping and place: two of a kind are one mapping in the model, unless they are in two spaces. */
  private readonly spaces = new Map<string, { readonly name: string; readonly places: Map<string, number> }[]>();
  private names = 0;

  /** `[mm2, private] ` */
  attributes({ space, base, shared, writable }: TracedVma): string {
    const kind = `${shared} ${writable}`;
    const known = this.spaces.get(space) ?? [];
    this.spaces.set(space, known);
    let own = known.find((s) => s.places.get(kind) === undefined || s.places.get(kind) === base);
    if (!own) {
      own = { name: `mm${++this.names}`, places: new Map() };
      known.push(own);
    }
    own.places.set(kind, base);
    return textOf([own.name === 'mm1' ? '' : own.name, shared ? '' : 'private', writable ? '' : 'ro']);
  }

  private spaceOnly(task: number): string {
    const [own] = this.spaces.get(this.vmas.spaceOf(task)) ?? [];
    return textOf([own && own.name !== 'mm1' ? own.name : '']);
  }
}

function textOf(words: readonly string[]): string {
  const given = words.filter((w) => w !== '');
  return given.length === 0 ? '' : `[${given.join(', ')}] `;
}
