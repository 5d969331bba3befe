/** Counterexamples in Informal Trace Format, read by a reader of its rules and replayed. */
import { describe, expect, it } from 'vitest';
import { readItf } from './itf-reader.ts';
import { HOLDS, LASSO, TWO_THREADS, written } from './written.ts';

const traceOf = async (argv: readonly string[]) => {
  const { files } = await written('itf,json', ...argv);
  const { 'faultline.json': json, ...traces } = files;
  const [name, text] = Object.entries(traces)[0]!;
  const [result] = JSON.parse(json!).runs[0].properties;
  return { name, trace: readItf(text), result, count: Object.keys(traces).length };
};

describe('a counterexample in ITF', () => {
  it('follows the rules of the format, in a file of its own that is named by what it shows', async () => {
    const { name, trace, count } = await traceOf(TWO_THREADS);
    expect(count).toBe(1);
    expect(name).toBe('v4.0--store-punch--no-freed-block-mapped.itf.json');
    expect(trace.meta).toMatchObject({ format: 'ITF', status: 'violation' });
    expect(trace.loop).toBeUndefined();
  });

  it('has every component and process in every state, one state more than there are steps', async () => {
    const { trace, result } = await traceOf(TWO_THREADS);
    expect(trace.states).toHaveLength(result.trace.length + 1);
    for (const name of ['pte[mm1].a', 'entry.a', 'blk.a', 'inode', 'mmap_sem[mm1]', 'T0', 'T1']) {
      expect(trace.vars).toContain(name);
    }
    for (const { values } of trace.states) {
      for (const name of trace.vars.filter((v) => !v.startsWith('mbt::')))
        expect(values.get(name)).toBeTypeOf('string');
    }
  });

  it('changes between two states just what the step in the JSON result changes, and the process that steps', async () => {
    const { trace, result } = await traceOf(TWO_THREADS);
    for (const [i, step] of result.trace.entries()) {
      const [before, after] = [trace.states[i]!.values, trace.states[i + 1]!.values];
      const differing = trace.vars.filter((v) => !v.startsWith('mbt::') && before.get(v) !== after.get(v));
      const changed = [...Object.keys(step.changes), step.process].sort();
      expect(differing.filter((v) => v !== step.process).sort()).toEqual(changed.filter((v) => v !== step.process));
      for (const [name, [from, to]] of Object.entries<[string, string]>(step.changes)) {
        expect([before.get(name), after.get(name)]).toEqual([from, to]);
      }
    }
  });

  it("says in the variables of Quint's convention which process steps", async () => {
    const { trace, result } = await traceOf(TWO_THREADS);
    const [first, second] = trace.states;
    expect(first!.values.get('mbt::actionTaken')).toBe('init');
    expect(second!.values.get('mbt::actionTaken')).toContain(
      `${result.trace[0].process}: ${result.trace[0].function}()`,
    );
    expect(second!.meta).toMatchObject({ index: 1, process: result.run[0].process, alternative: 0 });
  });

  it('of a run that never ends marks the loop: after the last state comes what came after the same state before', async () => {
    const { trace, result } = await traceOf(LASSO);
    expect(trace.loop).toBe(result.loopFrom + 1);
    const own = (i: number) => [...trace.states.at(i)!.values].filter(([name]) => !name.startsWith('mbt::'));
    expect(own(-1)).toEqual(own(trace.loop! - 1));
  });

  it('is not written where nothing is violated, and that is said', async () => {
    const { files, err } = await written('itf', ...HOLDS);
    expect(files).toEqual({});
    expect(err).toContain('no counterexample, so no file of itf');
  });
});

describe('the reader of ITF', () => {
  const broken: Readonly<Record<string, [string, RegExp]>> = {
    'a state without one of the variables': ['{"vars":["x"],"states":[{}]}', /state 0 has no x/],
    'a fraction': ['{"vars":["x"],"states":[{"x":1.5}]}', /1\.5 is no integer/],
    null: ['{"vars":["x"],"states":[{"x":null}]}', /x is no object/],
    'an unknown special form': ['{"vars":["x"],"states":[{"x":{"#bag":[]}}]}', /#bag/],
    'a loop to nowhere': ['{"vars":[],"states":[{}],"loop":1}', /loop is 1, of 1 states/],
    'no variables': ['{"states":[]}', /vars is no list/],
  };
  for (const [what, [text, rule]] of Object.entries(broken)) {
    it(`refuses ${what}`, () => {
      expect(() => readItf(text)).toThrow(rule);
    });
  }
});
