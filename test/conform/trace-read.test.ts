/** Raw traces in the forms in which people have them, and what is taken from them. */
import { describe, expect, it } from 'vitest';
import { derive, type TraceOptions } from '../../conform/trace/derive.ts';
import { readTrace, type TraceLine } from '../../conform/trace/read.ts';

const lineOf = (text: string): TraceLine => readTrace(text, 'trace').lines[0]!;

describe('a line', () => {
  it.each([
    ['trace', '  daxt-176     [000] d....     5.214723: page_fault_user: address=0x2000 ip=0x404caf error_code=0x4'],
    [
      'with thread groups',
      '  daxt-176     (    176) [000] d....     5.214723: page_fault_user: address=0x2000 ip=0x4 error_code=0x4',
    ],
    ['without flags', '  daxt-176     [000]     5.214723: page_fault_user: address=0x2000 ip=0x404caf error_code=0x4'],
    [
      'trace-cmd report',
      '            daxt-176   [000]     5.214723456: page_fault_user:      address=0x2000 ip=0x404caf error_code=0x4',
    ],
    [
      'of a task with an odd name',
      ' a b-c:1-176 [000] d..2.     5.214723: page_fault_user: address=0x2000 ip=0x404caf error_code=0x4',
    ],
  ])('of %s is of a task, at a time, and names an event', (_form, text) => {
    expect(lineOf(text)).toMatchObject({ number: 1, task: 176, event: { kind: 'event', name: 'page_fault_user' } });
    expect(lineOf(text).time).toBeCloseTo(5.214723, 5);
  });

  it.each([
    ['t-1 [000] ..... 1.0: sys_fsync(fd: 4)', { kind: 'enter', call: 'fsync', args: [4n] }],
    ['t-1 [000] ..... 1.0: sys_enter_fsync:      fd: 0x00000004', { kind: 'enter', call: 'fsync', args: [4n] }],
    ['t-1 [000] ..... 1.0: sys_enter: NR 74 (4, 0, 0, 0, 0, 0)', { kind: 'enter', call: 'fsync' }],
    [
      't-1 [000] ..... 1.0: sys_madvise(start: 7ffff77f7000, len_in: 7fc000, behavior: 4)',
      { args: [0x7ffff77f7000n, 0x7fc000n, 4n] },
    ],
    ['t-1 [000] ..... 1.0: sys_fsync -> 0x0', { kind: 'exit', call: 'fsync', returned: 0n }],
    ['t-1 [000] ..... 1.0: sys_fsync -> 0xfffffffffffffffb', { kind: 'exit', call: 'fsync', returned: -5n }],
    ['t-1 [000] ..... 1.0: sys_exit_fsync:       0x0', { kind: 'exit', call: 'fsync', returned: 0n }],
    ['t-1 [000] ..... 1.0: sys_exit: NR 74 = -5', { kind: 'exit', call: 'fsync', returned: -5n }],
    ['t-1 [000] ..... 1.0: dax_unlock_entry <-dax_iomap_pte_fault', { kind: 'function', name: 'dax_unlock_entry' }],
    [
      't-1 [000] ..... 1.0: function:             dax_unlock_entry.isra.0 <-- x',
      { kind: 'function', name: 'dax_unlock_entry' },
    ],
  ])('%s', (text, event) => {
    expect(lineOf(text).event).toMatchObject(event);
  });

  it('of the function tracer in an interrupt is not of the task', () => {
    const text = 't-1 [000] d.h1. 1.0: tag_pages_for_writeback <-x\nt-1 [000] ..... 1.0: dax_unlock_entry <-x';
    expect(readTrace(text, 'trace').lines).toHaveLength(1);
  });
});

describe('a file', () => {
  it.each([
    ['nothing\nof the kind\n', 'has no line of a trace'],
    ['# tracer: function_graph\n', 'function_graph'],
  ])('%j is refused', (text, message) => {
    expect(() => readTrace(text, 'trace')).toThrow(message);
  });

  it('tells where events were lost, and where it is not in the order of time', () => {
    const text = 't-1 [000] ..... 2.0: a <-x\nCPU:1 [LOST 12 EVENTS]\nt-1 [000] ..... 1.0: a <-x\n';
    expect(readTrace(text, 'trace')).toMatchObject({ lost: [2], backwards: 3 });
  });
});

const AT = '[000] ..... 1.0:';
const fault = (task: string, page: number, code: number): string =>
  `${task} ${AT} page_fault_user: address=0x20000000${page}000 ip=0x4 error_code=0x${code}`;
const dax = (task: string, event: string, page: number, how = 'ALLOW_RETRY', kind = 'shared', result = ''): string =>
  `${task} ${AT} ${event}: dev 259:0 ino 0xc ${kind} ${how} address 0x20000000${page}000 pgoff 0x${page} ${result}`;
const mmap = (task: string, flags: number): string =>
  `${task} ${AT} sys_mmap(addr: 200000000000, len: 4000, prot: 3, flags: ${flags}, fd: 4, off: 0)\n${task} ${AT} sys_mmap -> 0x200000000000`;
const derived = (lines: readonly string[], options: TraceOptions = {}) =>
  derive(readTrace(`${lines.join('\n')}\n`, 'trace'), 'trace', options);
const programs = (lines: readonly string[], options: TraceOptions = {}): string[] =>
  derived(lines, options).processes.map((p) => p.attributes + p.operations.join('; '));

describe('what the tasks did', () => {
  const load = (task: string, page: number): string[] => [fault(task, page, 4), dax(task, 'dax_pte_fault', page)];

  it('each trap is part of an access; trapping again is the same one', () => {
    expect(programs([...load('t-1', 1), fault('t-1', 1, 4), fault('t-1', 1, 7), ...load('t-1', 2)])).toEqual([
      'load a; store a; load b',
    ]);
  });

  it('pages have names in the order of the file', () => {
    expect([...derived([...load('t-1', 3), ...load('t-1', 1)]).pages]).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
  });

  it('a task that maps the file has an address space of its own; one that does not shares that of who has', () => {
    const lines = [mmap('t-1', 1), mmap('t-2', 1), ...load('t-1', 1), ...load('t-2', 1), ...load('t-3', 1)];
    expect(programs(lines)).toEqual(['load a', '[mm2] load a', 'load a']);
  });

  it('a thread shares the address space of who made it, a child has its own', () => {
    const clone = (flags: string, child: string): string =>
      `t-1 ${AT} sys_clone(clone_flags: ${flags}, newsp: 0)\nt-1 ${AT} sys_clone -> ${child}`;
    const lines = [mmap('t-1', 1), clone('3d0f00', '0x2'), clone('1200011', '0x3')];
    const accesses = [...load('t-1', 1), ...load('t-2', 1), ...load('t-3', 1)];
    expect(programs([...lines, ...accesses])).toEqual(['load a', 'load a', '[mm2] load a']);
  });

  it('a private mapping is one', () => {
    expect(programs([mmap('t-1', 2), ...load('t-1', 1)])).toEqual(['[private] load a']);
    expect(programs([fault('t-1', 1, 4), dax('t-1', 'dax_pte_fault', 1, 'x', 'private')])).toEqual([
      '[private] load a',
    ]);
  });

  it('calls on the file, by descriptor and by address', () => {
    const lines = [
      mmap('t-1', 1),
      ...load('t-1', 0),
      ...load('t-1', 1),
      `t-1 ${AT} sys_pwrite64(fd: 4, buf: 1234, count: 2000, pos: 0)`,
      `t-1 ${AT} sys_fsync(fd: 3)`,
      `t-1 ${AT} sys_fallocate(fd: 4, mode: 3, offset: 1000, len: 1000)`,
      `t-1 ${AT} sys_ftruncate(fd: 4, length: 1000)`,
      `t-1 ${AT} sys_madvise(start: 200000001000, len_in: 1000, behavior: 4)`,
      `t-1 ${AT} sys_mprotect(start: 200000000000, len: 4000, prot: 1)`,
      `t-1 ${AT} sys_mprotect(start: 7fff00000000, len: 4000, prot: 1)`,
      `t-1 ${AT} sys_msync(start: 200000000000, len: 4000, flags: 4)`,
      `t-1 ${AT} sys_munmap(addr: 200000000000, len: 4000)`,
    ];
    expect(programs(lines)).toEqual([
      'load a',
      'load b',
      'write a; write b; punch b; truncate b; dontneed b; mprotect ro; msync; munmap a; munmap b',
    ]);
  });

  it('where mappings are taken away, what a task does after an access is another one as well: SIGSEGV is not seen', () => {
    const unmap = `t-1 ${AT} sys_munmap(addr: 200000000000, len: 4000)`;
    expect(programs([mmap('t-1', 1), ...load('t-1', 1), fault('t-1', 1, 6), unmap])).toEqual([
      'load a',
      'store a',
      'munmap a',
    ]);
  });

  it('what a task does after SIGBUS is another process of the model', () => {
    const lines = [...load('t-1', 1), dax('t-1', 'dax_pte_fault_done', 1, 'x', 'shared', 'SIGBUS'), ...load('t-1', 1)];
    expect(programs(lines)).toEqual(['load a', 'load a']);
  });

  it('a page whose first trap finds something mapped was loaded before', () => {
    expect(derived([fault('t-1', 1, 7), dax('t-1', 'dax_pte_fault', 1, 'WRITE|MKWRITE')]).mappedBefore).toEqual([
      { attributes: '', page: 'a' },
    ]);
  });

  it('attempts at a PMD that fall back are left out, with the functions on the way to them', () => {
    const lines = [
      fault('t-1', 1, 4),
      `t-1 ${AT} ext4_dax_huge_fault <-__handle_mm_fault`,
      dax('t-1', 'dax_pmd_fault', 1),
      dax('t-1', 'dax_pmd_fault_done', 1, 'x', 'shared', 'FALLBACK'),
      `t-1 ${AT} ext4_dax_fault <-__do_fault`,
      dax('t-1', 'dax_pte_fault', 1),
    ];
    expect(derived(lines).observed.map((o) => o.label)).toEqual([
      'page_fault_user pgoff 0x1 error_code=0x4',
      'ext4_dax_fault()',
      'dax_pte_fault pgoff 0x1',
    ]);
  });

  it.each([
    ['a fault of 2 MiB', [dax('t-1', 'dax_pmd_fault', 1)]],
    ['fallocate(2)', [`t-1 ${AT} sys_fallocate(fd: 4, mode: 0, offset: 0, len: 1000)`]],
    ['ftruncate(2)', [`t-1 ${AT} sys_ftruncate(fd: 4, length: 9000)`]],
    ['without an offset', [`t-1 ${AT} sys_write(fd: 4, buf: 0, count: 1)`]],
    ['events were lost', ['CPU:0 [LOST 3 EVENTS]', fault('t-1', 1, 4)]],
  ])('where it comes to what the model does not have, the comparison ends: %s', (what, lines) => {
    const found = derived([mmap('t-1', 1), ...load('t-1', 1), ...lines]);
    expect(found.stopped).toMatchObject({ line: 5, what: expect.stringContaining(what) });
    expect(found.observed).toHaveLength(2);
  });

  it('calls that prepare the file are none of its operations', () => {
    const falloc = `t-1 ${AT} sys_fallocate(fd: 4, mode: 0, offset: 0, len: 4000)`;
    expect(programs([falloc, mmap('t-1', 1), ...load('t-1', 1)])).toEqual(['load a']);
  });

  it('of several files one is asked for', () => {
    const lines = [...load('t-1', 1), dax('t-1', 'dax_pte_fault', 1).replace('0xc', '0xd')];
    expect(() => derived(lines)).toThrow('the trace is of 2 files');
    expect(() => derived(lines, { inode: '7' })).toThrow('no inode 7');
    expect(programs(lines, { inode: '12' })).toEqual(['load a']);
  });
});
