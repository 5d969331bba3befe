import { describe, expect, it } from 'vitest';
import { changelogTable } from '../report/changelog-table.ts';
import { FAULT_AND_TRUNCATE, ONE_STEP, TRUNCATE_SCENARIO, traceStep } from './report-fixtures.ts';

const table = (c: Partial<Parameters<typeof changelogTable>[0]>) =>
  changelogTable({
    property: 'no-freed-block-mapped',
    scenario: TRUNCATE_SCENARIO,
    processes: ['T0', 'T1'],
    trace: FAULT_AND_TRUNCATE,
    damage: 'pte[mm1].a maps blk.a, which is free',
    ...c,
  });

describe('the changelog table', () => {
  it('has a column per process, indents calls, numbers steps, notes changes and ends with the damage', () => {
    expect(`\n${table({})}\n`).toBe(`
     T0: load a; store a                             T1: truncate a
     -------------------                             --------------
     load a
  1    #PF load a
       do_page_fault()
  2      down_read(mmap_sem[mm1])
         handle_pte_fault()
  3        orig_pte = *pte
                                                     truncate a
                                                       do_truncate()
  4                                                      down_write(i_rwsem)
                                                         unmap_mapping_range()
                                                           zap_pte_range()
  5                                                          pte[mm1].a is none
           do_read_fault()
             ->fault()
               dax_iomap_pte_fault()
                 insert_pfn()
  6                pte_none()
                   set_pte_at(ro)
                   // pte[mm1].a: none -> ro blk.a
  7      up(mmap_sem[mm1])
         // mmap_sem[mm1]: R T0 -> free
  8                                                      up(i_rwsem)
     store a
  9    store a [*]
       // blk.a: free -> free, written by T0.store0

 *** no-freed-block-mapped violated: pte[mm1].a maps blk.a, which is free ***
`);
  });

  it('names the function that stands behind a vm operation where the trace tells', () => {
    const trace = [
      traceStep('T0', 'ext4_dax_fault', 'op0_store fault lock', 'down_read(i_mmap_sem)'),
      traceStep('T0', 'dax_fault', 'op0_store fault dax_fault insert', 'insert'),
      traceStep('T0', 'ext4_dax_fault', 'op0_store fault unlock', 'up(i_mmap_sem)'),
    ];
    expect(
      table({ scenario: 'store a', processes: ['T0'], trace })
        .split('\n')
        .slice(2, 8),
    ).toEqual([
      '     store a',
      '       ext4_dax_fault()',
      '  1      down_read(i_mmap_sem)',
      '         dax_fault()',
      '  2        insert',
      '  3      up(i_mmap_sem) [*]',
    ]);
  });

  it('does not repeat a call that is still open, and shows a call again that was left between', () => {
    const inside = traceStep('T0', 'f', 'op0_fsync f s', 'in f');
    const outside = traceStep('T0', 'fsync', 'op0_fsync s', 'outside');
    const lines = table({ scenario: 'fsync', processes: ['T0'], trace: [inside, inside, outside, inside] }).split('\n');
    expect(lines.filter((l) => l.includes('f()'))).toHaveLength(2);
  });

  it('tells two equal operations of one process apart', () => {
    const trace = [0, 1].map((n) => traceStep('T0', 'store', `op${n}_store access`, 'done'));
    const lines = table({ scenario: 'store a; store a', processes: ['T0'], trace }).split('\n');
    expect(lines.filter((l) => l.trim() === 'store a')).toHaveLength(2);
  });

  it('leaves out attributes where it names operations, and keeps them in the caption', () => {
    const lines = table({ scenario: '[mm2] store a', processes: ['T0'], trace: ONE_STEP }).split('\n');
    expect(lines[0]).toBe('     T0: [mm2] store a');
    expect(lines[2]).toBe('     store a');
  });

  it('notes a lock only where the text does not say it: not for one that was or becomes free', () => {
    const down = (before: string, after: string) =>
      table({ trace: [traceStep('T0', 'f', 'op0_load s', 'down_read(sem)', { sem: [before, after] }, 'lock')] });
    expect(down('free', 'R T0')).not.toContain('//');
    expect(down('R T1', 'R T0 T1')).toContain('// sem: R T1 -> R T0 T1');
  });

  it('names the state of a step that says and changes nothing', () => {
    expect(table({ trace: [traceStep('T0', 'f', 'op0_load give_up', '')] })).toContain('give_up [*]');
  });

  it('wraps what does not fit its column with a hanging indent, within 100 characters, and loses nothing', () => {
    const words = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
    const text = table({
      trace: [traceStep('T0', 'f', 'op0_load s', words), traceStep('T1', 'g', 'op0_truncate s', words)],
    });
    const lines = text.split('\n');
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(100);
    expect(text.replace(/\s+/g, ' ').split(words)).toHaveLength(3);
    const [first, second] = lines.filter((l) => l.includes('word'));
    expect(second!.search(/\S/)).toBe(first!.indexOf('word0') + 2);
  });

  it('gives the width that a short column does not need to the others', () => {
    const long = 'x'.repeat(30);
    const trace = [
      traceStep('T0', 'f', 'op0_load s', `${long} ${long}`),
      traceStep('T1', 'g', 'op0_truncate s', 'short'),
    ];
    expect(table({ trace })).toContain(`${long} ${long}`);
  });

  it('keeps a word whole that is longer than the column', () => {
    const word = 'w'.repeat(120);
    expect(table({ trace: [traceStep('T0', 'f', 'op0_load s', word)] })).toContain(word);
  });

  it('is a numbered list with process tags for more than three processes', () => {
    const trace = [
      traceStep('T3', 'f', 'op0_load do_page_fault s', 'first'),
      traceStep('T0', 'store', 'op0_store access', 'second'),
    ];
    const text = table({
      scenario: 'store a || fsync || fsync || load a',
      processes: ['T0', 'T1', 'T2', 'T3'],
      trace,
      damage: 'lost',
    });
    expect(`\n${text}\n`).toBe(`
T0: store a
T1: fsync
T2: fsync
T3: load a

     [T3] load a
     [T3]   do_page_fault()
     [T3]     f()
  1  [T3]       first
     [T0] store a
  2  [T0]   second [*]

 *** no-freed-block-mapped violated: lost ***
`);
  });

  it('has three columns for three processes', () => {
    const head = table({ scenario: 'store a || fsync || load a', processes: ['T0', 'T1', 'T2'], trace: [] }).split(
      '\n',
    );
    expect(head[0]).toBe('     T0: store a  T1: fsync  T2: load a');
  });

  it('says so where the initial state is the damage', () => {
    expect(table({ trace: [], damage: 'wrong from the start' })).toContain(
      '*** no-freed-block-mapped violated in the initial state: wrong from the start ***',
    );
  });

  it('names the element that is false, unless the damage names it', () => {
    expect(table({ element: 'pte[mm1].a' })).toContain('violated: pte[mm1].a maps');
    expect(table({ element: 'pte[mm2].a' })).toContain('violated at pte[mm2].a: pte[mm1].a maps');
  });

  it('shows a process that the scenario text does not name by its id', () => {
    const trace = [traceStep('T1', 'wb', 'flush', 'writes back')];
    const lines = table({ scenario: 'store a', processes: ['T0', 'T1'], trace }).split('\n');
    expect(lines[0]).toBe('     T0: store a  T1');
    expect(lines[2]).toBe('                  wb()');
  });
});
