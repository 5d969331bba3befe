/** What the guest program tells while the processors are held, in the words of what was predicted. */
import { normalised } from '../../conform/events.ts';
import { recordedText } from '../../conform/pages.ts';
import { parseTable, type TableOperation } from '../../conform/table.ts';
import type { Scene } from '../../model/scene.ts';
import { tableOf } from '../kernel/log.ts';
import { layoutOf } from './layout.ts';
import { eventText, type Facts } from './predict.ts';
import { letterOfVma } from './script.ts';

/** One look, as the guest printed it. */
export interface Look {
  readonly facts: Facts;
  /** The kernel's warnings so far, in its words. */
  readonly warnings: readonly string[];
  /** Where each process waits, if that was asked: functions, innermost first. */
  readonly stacks: ReadonlyMap<string, string>;
}

const PAGE_SIZE = 4096;
const SECTORS = 8;
const LAST = '# looked';

/** @param text of one scenario, from its `S` line @param kernel its release */
export function looksIn(text: string, scene: Scene, tokens: readonly string[], kernel: string): Look[] {
  const looks: Look[] = [];
  const events = new Map<string, string[]>();
  const results = new Map<string, string>();
  const warnings: string[] = [];
  for (const part of text.split(LAST).slice(0, -1)) {
    const rows = rowsOf(part, kernel);
    const stacks = new Map<string, string>();
    for (const line of part.split(/\r?\n/)) {
      const result = /^# result (\d+) (\d+) (-?\d+) ([0-9a-f]+)$/.exec(line);
      if (result) results.set(`${idOf(scene, result[1])} ${result[2]}`, resultText(scene, tokens, result));
      const warning = /^# warning (.*)$/.exec(line);
      if (warning) warnings.push(warning[1]!);
      const stack = /^# stack (\d+) ?(.*)$/.exec(line);
      if (stack) stacks.set(idOf(scene, stack[1]), stackText(stack[2]!));
    }
    for (const row of rows.slice(1)) {
      const id = idOf(scene, row.words[1]);
      events.set(id, [...(events.get(id) ?? []), ...row.events]);
    }
    const facts = new Map(pageFacts(rows[0]!, scene));
    facts.set('warnings', warnings.length > 0 ? 'some' : 'none');
    for (const { id } of scene.threads) facts.set(`events of ${id}`, eventText(normalised(events.get(id) ?? [])));
    for (const [name, text] of results) facts.set(name, text);
    looks.push({ facts, warnings: [...warnings], stacks });
  }
  return looks;
}

/** @param number of a process in the guest */
const idOf = ({ threads }: Scene, number: string | undefined): string => threads[Number(number)]!.id;

const stackText = (text: string): string =>
  text
    .split('<')
    .map((f) => f.trim())
    .filter((f) => f !== '')
    .join(' < ');

const rowsOf = (part: string, kernel: string): readonly TableOperation[] =>
  parseTable(`# kernel: Linux ${kernel}\n${tableOf(`S look\n${part}`)}`).scenarios.flatMap((s) => s.operations);

function pageFacts(row: TableOperation, scene: Scene): [string, string][] {
  const layout = layoutOf(scene);
  const facts: [string, string][] = [
    ['mtime', row.result.mtime === 'moved' ? 'moves' : 'same'],
    ['size', `${layout.sizeOf((row.result.size ?? 0) / PAGE_SIZE)} pages`],
    ['blocks', String(layout.blocksOf(row.result.blocks / SECTORS))],
  ];
  for (const { name } of scene.pages) {
    facts.push([`entry.${name}`, 'none']);
    for (const { id, pages } of scene.vmas) {
      const state = row.pages.find((p) => p.mapping === letterOfVma(scene, id) && p.page === layout.of(name).first);
      const { mapped, entry } = state ? recordedText(state) : { mapped: 'none', entry: 'none' };
      if (pages.includes(name)) facts.push([`pte[${id}].${name}`, mapped]);
      if (entry !== 'none') facts.push([`entry.${name}`, entry]);
    }
  }
  return facts;
}

/** What the guest program says for a signal. */
const SIGNALS: Readonly<Record<string, string>> = { '-7000': 'SIGBUS', '-11000': 'SIGSEGV' };
const ERRORS: Readonly<Record<string, string>> = { '-5': 'EIO', '-12': 'ENOMEM', '-14': 'EFAULT', '-28': 'ENOSPC' };

function resultText(
  scene: Scene,
  tokens: readonly string[],
  [, who, position, rc = '', value = '']: readonly string[],
): string {
  if (SIGNALS[rc] !== undefined) return SIGNALS[rc];
  if (rc.startsWith('-')) return `fails with ${ERRORS[rc] ?? rc.slice(1)}`;
  const { name } = scene.threads[Number(who)]!.operations[Number(position)]!;
  if (name !== 'load' && !(name === 'read' && rc !== '0')) return 'returns';
  const bytes = value.padStart(16, '0').match(/../g)!.reverse();
  const found = tokens.filter((_, n) => bytes[n] === '01');
  return `returns {${found.sort().join(' ')}}`;
}
