/** The tracepoints of fs/dax.c: include/trace/events/fs_dax.h. */
import * as label from './labels.ts';
import type { TraceLine } from './read.ts';

export interface DaxEvent {
  readonly line: TraceLine;
  readonly name: string;
  /** `259:0 ino 0xc` */
  readonly file: string;
  /** The first page that it names, by its index in the file. */
  readonly page: number;
  readonly address?: number;
  readonly shared: boolean;
  /** Flags of the fault. */
  readonly flags: readonly string[];
  /** What is behind all of that: the fault's result. */
  readonly result: readonly string[];
}

/** @returns undefined for a line of something else */
export function daxEvent(line: TraceLine): DaxEvent | undefined {
  if (line.event.kind !== 'event' || !line.event.name.startsWith('dax_')) return undefined;
  const { name, fields } = line.event;
  const file = /\bdev (\d+:\d+) ino (0x[0-9a-f]+|\d+)/.exec(fields);
  if (!file) return undefined;
  const address = /\baddress (0x[0-9a-f]+)/.exec(fields)?.[1];
  const [, kind, flags = ''] = /\b(shared|private)\s+(\S*?)\s*address /.exec(fields) ?? [];
  return {
    line,
    name,
    file: `${file[1]} ino ${file[2]}`,
    page: Number(/\bpgoff (0x[0-9a-f]+|\d+)/.exec(fields)?.[1] ?? Number.NaN),
    ...(address !== undefined && { address: Number(address) }),
    shared: kind !== 'private',
    flags: flags.split('|'),
    result: (/\s([A-Z][A-Z_|]*)\s*$/.exec(fields)?.[1] ?? '').split('|').filter((w) => w !== ''),
  };
}

/** Of a fault of 2 MiB. */
export const isHuge = ({ name }: DaxEvent): boolean => name.includes('_pmd_');

/** @returns undefined for an event that no step of the model stands for */
export function labelOf(event: DaxEvent): string | undefined {
  const { name, page, flags } = event;
  const size = isHuge(event) ? 'pmd' : 'pte';
  switch (name) {
    case 'dax_pte_fault':
    case 'dax_pmd_fault':
      return label.faultBegins(size, page, howOf(flags));
    case 'dax_pte_fault_done':
    case 'dax_pmd_fault_done':
      return label.faultEnds(size, page, resultOf(event));
    case 'dax_load_hole':
      return label.loadHole(page);
    case 'dax_pmd_load_hole':
      return label.pmdLoadHole(page);
    case label.WRITEBACK_BEGINS:
    case label.WRITEBACK_ENDS:
      return name;
    case 'dax_writeback_one':
      return label.writebackOne(page);
    default:
      return undefined;
  }
}

const howOf = (flags: readonly string[]): string[] => ['WRITE', 'MKWRITE'].filter((f) => flags.includes(f));

/** Whether a fault counts as major is not compared; nor who was faster with the same private copy. */
function resultOf({ flags, result, shared }: DaxEvent): string {
  const plain = result.filter((r) => r !== 'MAJOR').join('|');
  return !shared && flags.includes('WRITE') && plain === 'NOPAGE' ? 'DONE_COW' : plain;
}
