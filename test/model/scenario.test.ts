import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultlineError } from '../../explorer/errors.ts';
import { parseScenario, type Scenario } from '../../model/scenario.ts';
import { COVERAGE_SCENARIOS, SCENARIOS } from '../../model/scenarios.ts';
import { operationMap } from '../../verify/registry.ts';

const operations = await operationMap();
const parse = (text: string): Scenario => parseScenario(text, operations);

function error(text: string): FaultlineError {
  try {
    parse(text);
  } catch (e) {
    if (e instanceof FaultlineError) return e;
    throw e;
  }
  throw new Error(`${text} parses`);
}

describe('a scenario text', () => {
  it('names pages, their initial state, processes, attributes and operations', () => {
    const { pages, processes } = parse('a=hole, b=block: load a; store b || [mm2] fsync || [private ro maps=b] load b');
    expect(pages).toEqual([
      { name: 'a', initial: 'hole' },
      { name: 'b', initial: 'block' },
    ]);
    expect(processes.map((p) => p.operations.map((o) => [o.name, o.page].filter(Boolean).join(' ')))).toEqual([
      ['load a', 'store b'],
      ['fsync'],
      ['load b'],
    ]);
    expect(processes[1]).toMatchObject({ mm: 'mm2', private: false });
    expect(processes[2]).toMatchObject({ mm: 'mm1', private: true, ro: true, maps: ['b'] });
  });

  it('has operations that take a word', () => {
    const [process] = parse('a=block: mprotect ro; store a; mprotect rw').processes;
    expect(process!.operations).toEqual([
      { name: 'mprotect', word: 'ro' },
      { name: 'store', page: 'a' },
      { name: 'mprotect', word: 'rw' },
    ]);
  });

  it('has one call on several pages, which are used then', () => {
    const { pages, processes } = parse('a=block: write a+b; write b + c; write d');
    expect(pages.map((p) => p.name)).toEqual(['a', 'b', 'c', 'd']);
    expect(processes[0]!.operations).toEqual([
      { name: 'write', page: 'a', pages: ['a', 'b'] },
      { name: 'write', page: 'b', pages: ['b', 'c'] },
      { name: 'write', page: 'd' },
    ]);
  });

  it('may leave out the initial state: pages are holes then', () => {
    expect(parse('store b || load a').pages).toEqual([
      { name: 'a', initial: 'hole' },
      { name: 'b', initial: 'hole' },
    ]);
  });

  it('parses for every built-in scenario', () => {
    for (const text of [...Object.values(SCENARIOS).flat(), ...COVERAGE_SCENARIOS]) {
      expect(parse(text).text).toBe(text);
    }
  });
});

describe('a scenario that is wrong is told with its column', () => {
  it.each([
    ['a=hole: load', 13, /page name.*the end/],
    ['a=hole: load a store a', 16, /unexpected "store"/],
    ['a=full: load a', 3, /a page is not "full"/],
    ['a=hole, a=block: load a', 9, /given twice/],
    ['a=hole: [mm12] load a', 10, /no attribute "mm12"/],
    ['a=hole: load a ||', 18, /an operation.*the end/],
    ['a=hole: load aa', 14, /"aa" is not a page name/],
    ['a=hole: mprotect', 17, /expected ro or rw, found the end/],
    ['a=hole: mprotect a', 18, /mprotect takes ro or rw, not "a"/],
    ['a=hole: mprotect; load a', 17, /expected ro or rw, found ";"/],
    ['a=hole: mprotect ro rw', 21, /unexpected "rw"/],
    ['a=hole: write b+a', 17, /page a does not follow page b/],
    ['a=hole, b=hole: write a+c', 25, /page c does not follow page a/],
    ['a=hole: write a+a', 17, /page a does not follow page a/],
    ['a=hole: write a+', 17, /page name.*the end/],
    ['a=hole: load a+b', 15, /load takes one page/],
    ['a=hole load a', 8, /":".*missing/],
    ['', 1, /an operation.*the end/],
  ])('%s', (text, column, message) => {
    const e = error(text);
    expect(e.code).toBe('E_SCENARIO');
    expect(e.place.column).toBe(column);
    expect(e.message).toMatch(message);
  });

  it('an unknown operation lists the near ones', () => {
    const e = error('a=hole: laod a');
    expect(e.code).toBe('E_UNKNOWN_NAME');
    expect(e.place.column).toBe(9);
    expect(e.mend).toContain('load');
  });

  it('never in another way: any text parses or is a FaultlineError', () => {
    const words = fc.constantFrom(
      'a',
      'b',
      '=',
      ':',
      ',',
      ';',
      '||',
      '[',
      ']',
      'hole',
      'load',
      'store',
      'fsync',
      'mprotect',
      'ro',
      'mm2',
      'maps',
      'x1',
      '|',
      'write',
      '+',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (tokens) => {
        const text = tokens.join(' ');
        try {
          parse(text);
        } catch (e) {
          expect(e).toBeInstanceOf(FaultlineError);
          expect((e as FaultlineError).place.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});

it('an access outside of what the process maps is refused where it is written', async () => {
  const operations = await operationMap();
  expect(() => parseScenario('a=hole, b=hole: [maps=a] load b', operations)).toThrow('load b is outside of maps=a');
  expect(parseScenario('a=hole, b=hole: [maps=a] load a; read b', operations).processes).toHaveLength(1);
});
