/** The tracepoints of fs/dax.c: include/trace/events/fs_dax.h. */
import { FaultlineError } from '../../explorer/errors.ts';
import * as label from './labels.ts';
import type { RawTrace, TraceLine } from './read.ts';

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
function daxEvent(line: TraceLine): DaxEvent | undefined {
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

/**
 * The events of one file.
 * @throws FaultlineError E_RESULT_FILE where there are none, E_USAGE where it has to be said of which
 */
export function eventsOfFile({ lines }: RawTrace, file: string, inode: string | undefined): DaxEvent[] {
  const all = lines.flatMap((l) => daxEvent(l) ?? []);
  if (all.length === 0) {
    const mend = 'Trace with `events/fs_dax/enable`.';
    throw new FaultlineError('E_RESULT_FILE', 'the trace has no event of fs_dax', mend, { file });
  }
  const files = [...new Set(all.map((e) => e.file))];
  const number = (text: string): number => Number(text.split(' ').at(-1));
  const chosen = inode === undefined ? files : files.filter((f) => number(f) === Number(inode));
  if (chosen.length === 1) return all.filter((e) => e.file === chosen[0]);
  const known = files.map((f) => `--file ${f.split(' ').at(-1)}`).join(', ');
  const what = chosen.length === 0 ? `the trace has no inode ${inode}` : `the trace is of ${files.length} files`;
  throw new FaultlineError('E_USAGE', what, `Say which: ${known}.`, { file });
}

/** The lines of attempts at a PMD that came to nothing. */
export function fallbacks(events: readonly DaxEvent[]): Set<TraceLine> {
  const found = new Set<TraceLine>();
  for (const [n, begin] of events.entries()) {
    if (begin.name === 'dax_pmd_load_hole_fallback') found.add(begin.line);
    if (begin.name !== 'dax_pmd_fault') continue;
    const end = events.slice(n).find((e) => e.name === 'dax_pmd_fault_done' && e.line.task === begin.line.task);
    if (!end?.result.includes('FALLBACK')) continue;
    found.add(begin.line);
    found.add(end.line);
  }
  return found;
}
