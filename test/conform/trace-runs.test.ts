/** Runs of the model, written as ftrace would have written them: the trace of every run of a design matches the design. */

import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DerivedTurn } from '../../conform/trace/cast.ts';
import type { Derived } from '../../conform/trace/derive.ts';
import { readTrace } from '../../conform/trace/read.ts';
import { validate } from '../../conform/trace/validate.ts';
import { watchOf } from '../../conform/trace/watch.ts';
import type { Sight } from '../../explorer/inclusion/watch.ts';
import { initialState, successors } from '../../explorer/interpreter.ts';
import { isDone, sharedStepper, stateFacts } from '../../explorer/machine.ts';
import { parseConfig } from '../../model/config.ts';
import type { SceneThread } from '../../model/scene.ts';
import { loadDesign } from '../../verify/registry.ts';
import { type Prepared, prepare } from '../../verify/verify.ts';

const RUNS = Number(env.FC_RUNS ?? 2);
/** Where a mapping is: each at a place of its own. */
const baseOf = ({ scene }: Prepared, thread: SceneThread): number =>
  0x200000000000 + scene.vmas.findIndex((v) => v.id === thread.vma) * 2 ** 30;
const SIZE = 4096;
const hex = (n: number): string => `0x${n.toString(16)}`;

const CALLS: Readonly<Record<string, (page: number, word: string, base: number) => string>> = {
  fsync: () => 'sys_fsync(fd: 4)',
  msync: (_p, _word, base) => `sys_msync(start: ${hex(base)}, len: 4000, flags: 4)`,
  read: (p) => `sys_pread64(fd: 4, buf: 0, count: 1, pos: ${hex(p * SIZE)})`,
  write: (p) => `sys_pwrite64(fd: 4, buf: 0, count: 1000, pos: ${hex(p * SIZE)})`,
  punch: (p) => `sys_fallocate(fd: 4, mode: 3, offset: ${hex(p * SIZE)}, len: 1000)`,
  truncate: (p) => `sys_ftruncate(fd: 4, length: ${hex(p * SIZE)})`,
  dontneed: (p, _word, base) => `sys_madvise(start: ${hex(base + p * SIZE)}, len_in: 1000, behavior: 4)`,
  munmap: (p, _word, base) => `sys_munmap(addr: ${hex(base + p * SIZE)}, len: 1000)`,
  mprotect: (_p, word, base) => `sys_mprotect(start: ${hex(base)}, len: 4000, prot: ${word === 'ro' ? 1 : 3})`,
};

/** Each process a task of its own, each operation a turn. */
function derivedOf({ scene }: Prepared): Derived {
  const turnsOf = ({ operations }: SceneThread, process: number): DerivedTurn[] =>
    operations.map(({ name }, position) => ({ process, position, ...(CALLS[name] && { call: name }) }));
  const strands = scene.threads.map((t, n) => ({ task: n + 1, comm: t.id, turns: turnsOf(t, n) }));
  const pages = new Map(scene.pages.map((p) => [p.name, p.index]));
  return { pages, strands, processes: [], observed: [], mappedBefore: [], ignored: 0 };
}

/** One run, by random choices, as text. */
function traceOf(prepared: Prepared, next: (most: number) => number): string {
  const { system, scene } = prepared;
  const watch = watchOf(prepared, derivedOf(prepared), new Set(), []);
  const out = scene.threads.flatMap((t, p) => {
    const vma = scene.vmas.find((v) => v.id === t.vma);
    if (!vma) return [];
    const flags = vma.shared ? 1 : 2;
    const call = `sys_mmap(addr: 0, len: 4000, prot: ${vma.writable ? 3 : 1}, flags: ${flags}, fd: 4, off: 0)`;
    return [lineOf(p, call), lineOf(p, `sys_mmap -> ${hex(baseOf(prepared, t))}`)];
  });
  function lineOf(p: number, what: string): string {
    const space = scene.mms.indexOf(scene.threads[p]!.mm) + 1;
    return ` task-${p + 1} (      ${space}) [000] ..... 1.000000: ${what}`;
  }
  let state = initialState(system);
  const facts = (p: number) => stateFacts(system.processes[p]!.machine, state[system.firstProcess + p]!);
  const places = watch.strands.map((turns, p) => ({ turn: 0, queue: begin(turns[0], p) }));
  function begin(turn: (typeof watch.strands)[number][number] | undefined, p: number): Sight[] {
    if (!turn) return [];
    return [...turn.first.map((label) => ({ label })), ...watch.ahead(p, undefined, facts(p))];
  }
  for (;;) {
    const ways = places.flatMap(({ turn, queue }, p) => {
      const [head] = queue;
      if (head) {
        return () => {
          queue.shift();
          out.push(lineOf(p, textOf(prepared, p, turn, head.label)));
        };
      }
      if (turn === watch.strands[p]!.length) return [];
      return successors(system, state, p, sharedStepper).map((s) => () => {
        const from = facts(p);
        const before = state;
        state = s.state;
        const now = watch.strands[p]![turn]!;
        const to = facts(p);
        const over = isDone(system.processes[p]!.machine, state[system.firstProcess + p]!) || !now.goesOn(to);
        const seen = watch.after({ process: p, from, result: s.result, to, before: () => before });
        places[p] = over
          ? {
              turn: turn + 1,
              queue: [
                ...seen,
                ...now.last(s.result).map((label) => ({ label })),
                ...begin(watch.strands[p]![turn + 1], p),
              ],
            }
          : { turn, queue: [...seen, ...watch.ahead(p, from, to)] };
        // Who was killed does nothing more.
        if (over && isDone(system.processes[p]!.machine, state[system.firstProcess + p]!)) {
          const left = seen.length + now.last(s.result).length;
          places[p] = { turn: watch.strands[p]!.length, queue: places[p]!.queue.slice(0, left) };
        }
      });
    });
    if (ways.length === 0) return `${out.join('\n')}\n`;
    ways[next(ways.length)]!();
  }
}

/** What ftrace prints for a label. */
function textOf(prepared: Prepared, p: number, turn: number, label: string): string {
  const { scene } = prepared;
  const [name = '', , page = '0x0', ...rest] = label.split(' ');
  const thread = scene.threads[p]!;
  const base = baseOf(prepared, thread);
  const kind = scene.vmas.find((v) => v.id === thread.vma)?.shared === false ? 'private' : 'shared';
  const address = hex(base + Number(page) * SIZE);
  if (name.startsWith('sys_exit_')) {
    const error = ERRORS[label.split(' ')[1] ?? ''] ?? 0n;
    return `sys_${PLAIN[name.slice(9)] ?? name.slice(9)} -> 0x${BigInt.asUintN(64, -error).toString(16)}`;
  }
  if (name.startsWith('sys_enter_')) {
    const operation = thread.operations[turn]!;
    return CALLS[operation.name]!(
      scene.pages.findIndex((q) => q.name === operation.page),
      operation.word ?? '',
      base,
    );
  }
  if (name === 'page_fault_user') return `page_fault_user: address=${address} ip=0x1 ${rest[0]}`;
  if (name.startsWith('dax_writeback')) return `${name}: dev 259:0 ino 0xc pgoff ${page}`;
  const done = name.endsWith('_done') || name.endsWith('load_hole');
  const how = done ? 'X' : (rest[0] ?? 'X');
  return `${name}: dev 259:0 ino 0xc ${kind} ${flagsOf(how, thread, turn)} address ${address} pgoff ${page} ${done ? (rest[0] ?? 'NOPAGE') : ''}`;
}
const flagsOf = (how: string, { operations }: SceneThread, turn: number): string =>
  how === 'X' && operations[turn]?.name === 'store' ? 'WRITE' : how;
const ERRORS: Readonly<Record<string, bigint>> = { '-EIO': 5n, '-ENOMEM': 12n, '-ENOSPC': 28n };
/** What the operation is called among the system calls. */
const PLAIN: Readonly<Record<string, string>> = {
  read: 'pread64',
  write: 'pwrite64',
  punch: 'fallocate',
  truncate: 'ftruncate',
  dontneed: 'madvise',
};

const SCENARIOS = [
  'a=hole: load a; store a; fsync || [mm2] store a; load a; punch a; load a',
  'a=block, b=hole: store a; fsync; store b || store b; msync; truncate b; load b',
  'a=hole: load a; write a; store a || [mm2] load a; store a; dontneed a; load a',
  'a=block: [private] load a; store a; dontneed a; load a || punch a; read a || store a; fsync',
  'a=unwritten: store a; mprotect ro; load a; mprotect rw; store a || fsync; munmap a; load a',
];

describe.each([
  ['v5.10', 'fs=ext4'],
  ['v6.1', 'fs=xfs'],
  ['v6.12', 'errors=on'],
  ['v6.12', 'fs=xfs'],
  ['v7.2', 'fs=ext4'],
])('%s, %s', (id, given) => {
  it('any run, as a trace, matches', async () => {
    const design = await loadDesign(id);
    const config = parseConfig([given]);
    for (const scenario of SCENARIOS) {
      const prepared = await prepare(design, scenario, { config, properties: [] });
      const initial = new Map(prepared.scene.pages.map((p) => [p.index, p.initial]));
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), async (random) => {
          const text = traceOf(prepared, (most) => random.next().value % most);
          // Without any event of fs_dax there is no trace.
          fc.pre(text.includes('dax_'));
          const { mismatch, best } = await validate(design, readTrace(text, 'trace'), 'trace', config, { initial });
          expect({ mismatch, text: mismatch && text, allowed: mismatch && best.allowed }).toEqual({
            mismatch: undefined,
            text: undefined,
            allowed: undefined,
          });
        }),
        { numRuns: RUNS },
      );
    }
  });
});
