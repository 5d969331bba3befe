/** Stored counterexamples: they replay as stored, a departure is named, and a file is never more than data. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LARGEST } from '../verify/stored/read.ts';
import { captured } from './cli-fixtures.ts';
import { inFile, LASSO, ONE_THREAD, TWO_THREADS, written } from './formats/written.ts';

const explain = (text: string | Uint8Array, ...argv: string[]) =>
  inFile(text, (file) => captured(['explain', file, ...argv]));
const resultOf = async (argv: readonly string[]) => (await captured([...argv, '--json'])).out;
/** Without the breaks of its lines. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');
const itfOf = async (argv: readonly string[]) => Object.values((await written('itf', ...argv)).files)[0]!;

// biome-ignore lint/suspicious/noExplicitAny: a JSON document that the test spoils
type Document = any;
/** The document with one thing changed. */
const changed = (text: string, change: (document: Document) => void): string => {
  const document: Document = JSON.parse(text);
  change(document);
  return JSON.stringify(document);
};
const step = (document: Document, n: number): Document => document.runs[0].properties[0].trace[n];
const move = (document: Document, n: number): Document => document.runs[0].properties[0].run[n];

describe('a counterexample that was exported', () => {
  const cases = { 'of one thread': ONE_THREAD, 'of two threads': TWO_THREADS, 'that never ends': LASSO };
  for (const [what, argv] of Object.entries(cases)) {
    it(`${what} replays from JSON and from ITF, and its table is the one that verify prints`, async () => {
      const text = (await captured(argv)).out;
      // With the sentences below it, which take an exploration.
      const table = /^ {5}T0: (?:.*\n)* \*\*\* .*\n(?: {5}.*\n)*\n(?: {2}.*\n)+/m.exec(text)![0];
      for (const stored of [await resultOf(argv), await itfOf(argv)]) {
        const { code, out, err } = await explain(stored);
        expect(err).toBe('');
        expect(out).toContain(table);
        expect(flat(out)).toMatch(/the counterexample of [\w-]+ replays: \d+ steps, as stored\./);
        expect(code).toBe(0);
      }
    });
  }

  it('is read anew: what the file says of how to read it is not believed', async () => {
    const told = changed(await resultOf(TWO_THREADS), ({ runs: [run] }) => {
      run.properties[0].reading = { switches: 77, goodUntil: 'x' };
    });
    const { code, out } = await explain(told);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}\d context switch(es)?, the fewest of all shortest runs\.$/m);
  });

  it('is exported again just as it was, in every format', async () => {
    const first = await written('itf,mermaid', ...TWO_THREADS);
    const [itf] = Object.values(first.files);
    const again = await inFile(itf!, (file) => written('itf,mermaid', 'explain', file));
    // The name of the default scenario is not in the file, its text is.
    expect(Object.values(again.files)).toEqual(Object.values(first.files));
    const formats = 'json,junit,markdown,sarif,table';
    expect(Object.keys((await inFile(itf!, (file) => written(formats, 'explain', file))).files)).toEqual([
      'faultline.json',
      'faultline.junit.xml',
      'faultline.md',
      'faultline.sarif',
      'faultline.txt',
    ]);
  });

  it('explains to JSON what explains again', async () => {
    const { out } = await explain(await resultOf(TWO_THREADS), '--json');
    expect(await explain(out)).toMatchObject({ code: 0, err: '' });
  });

  it('replays for each run and property of a result, or for those that are named', async () => {
    const result = await resultOf(['verify', 'v4.0', '--scenario', 'store-punch', '--scenario', 'load-store']);
    const violated = JSON.parse(result).runs.flatMap((r: Document) =>
      r.properties.filter((p: Document) => p.verdict === 'violated').map((p: Document) => p.id),
    );
    const all = await explain(result);
    expect(flat(all.out).match(/replays: \d+ steps, as stored/g)).toHaveLength(violated.length);
    expect(all.code).toBe(0);
    const one = await explain(result, '--property', 'no-freed-block-mapped');
    expect(flat(one.out).match(/replays: \d+ steps, as stored/g)).toHaveLength(
      violated.filter((id: string) => id === 'no-freed-block-mapped').length,
    );
  });
});

describe('a counterexample that no longer replays', () => {
  it('departs at the first step that does something else: that step, what was expected and what is possible', async () => {
    const result = await resultOf(TWO_THREADS);
    const stored = JSON.parse(result).runs[0].properties[0];
    const n = stored.trace.findIndex((s: Document) => s.function === 'insert_pfn');
    const { code, out } = await explain(changed(result, (d) => Object.assign(step(d, n), { step: 'set_pte_at(rwx)' })));
    const said = flat(out);
    expect(said).toContain(
      `no longer replays: it departs at step ${n + 1} of ${stored.trace.length}: the step does something else now.`,
    );
    expect(said).toContain(`Expected: ${stored.run[n].process}, alternative 0: insert_pfn(): set_pte_at(rwx)`);
    expect(said).toContain(
      `Possible there: T0, alternative 0: insert_pfn(): ${stored.trace[n].step} // pte[mm1].a: none ->`,
    );
    expect(out).not.toContain('***');
    expect(code).toBe(1);
  });

  it('says what else may be wrong with a step', async () => {
    const result = await resultOf(ONE_THREAD);
    const changes: [why: RegExp, change: (d: Document) => void][] = [
      [/at step 2 of \d+: the step is one of/, (d) => Object.assign(step(d, 1), { function: 'main' })],
      [/at step 1 of \d+: T0 has no alternative 7 there/, (d) => Object.assign(move(d, 0), { alternative: 7 })],
      [/at step 3 of \d+: there is no process T9/, (d) => Object.assign(move(d, 2), { process: 'T9' })],
      [
        /at step 1 of \d+: the step changes something else now/,
        (d) => Object.assign(step(d, 0), { changes: { inode: ['x', 'y'] } }),
      ],
    ];
    for (const [why, change] of changes) {
      const { code, out } = await explain(changed(result, change));
      expect(flat(out)).toMatch(why);
      expect(code).toBe(1);
    }
  });

  it('says when the process has to wait, or the state is another one', async () => {
    const itf = await itfOf(ONE_THREAD);
    const later = await explain(changed(itf, (d) => Object.assign(d.states[4], { 'pte[mm1].a': 'gone' })));
    expect(flat(later.out)).toMatch(/at step 4 of 18: pte\[mm1\]\.a was "gone" and is "none" now\./);
    const first = await explain(changed(itf, (d) => Object.assign(d.states[0], { inode: 'size 9' })));
    expect(flat(first.out)).toContain('before its first step: in the initial state, inode was "size 9"');
    const last = await explain(
      changed(itf, (d) => d.states.push({ ...d.states.at(-1), '#meta': { ...d.states.at(-1)['#meta'], index: 19 } })),
    );
    expect(flat(last.out)).toContain('at step 19 of 19: T0 cannot step there. Expected:');
    expect(last.out).toContain('Nothing can step there.');
  });

  it('on another design says where that one departs', async () => {
    const result = await resultOf([
      'verify',
      'v4.0',
      '--scenario',
      'a=block: load a; store a',
      '--property',
      'mtime-on-write',
    ]);
    const { code, out } = await explain(result, '--design', 'v4.1-pfn-mkwrite');
    expect(flat(out)).toMatch(/^v4\.1-pfn-mkwrite, "a=block: load a; store a": .* departs at step \d+ of 18/);
    expect(code).toBe(1);
  });

  it('is told from one that replays and does no harm', async () => {
    const result = await resultOf(ONE_THREAD);
    const shorter = changed(result, (d) => {
      const [property] = d.runs[0].properties;
      property.trace.pop();
      property.run.pop();
    });
    const { code, out } = await explain(shorter);
    expect(flat(out)).toContain('replays (17 steps), but it does not violate mtime-on-write any more.');
    expect(code).toBe(1);
  });

  it('of a run that never ends has to close its loop', async () => {
    const result = await resultOf(LASSO);
    const open = changed(result, (d) => {
      d.runs[0].properties[0].loopFrom -= 1;
    });
    expect((await explain(open)).out).toContain('does not violate');
  });
});

describe('explain refuses, with one error and exit code 2,', () => {
  const ours =
    (change: (d: Document) => void = () => {}) =>
    async () =>
      changed(await resultOf(ONE_THREAD), change);
  const itf = (change: (d: Document) => void) => async () => changed(await itfOf(ONE_THREAD), change);
  const property = (d: Document) => d.runs[0].properties[0];
  const bad: Readonly<Record<string, [text: () => Promise<string | Uint8Array> | string | Uint8Array, error: RegExp]>> =
    {
      'an empty file': [() => '', /^E_RESULT_FILE \(.*result\.json\): the result cannot be read: it is not JSON/],
      'what is no JSON': [() => 'module.exports = 1', /it is not JSON/],
      'bytes that are no text': [() => Uint8Array.of(0x7b, 0xff, 0x7d), /it is not UTF-8 text/],
      'JSON of something else': [
        () => '{"name":"x"}',
        /neither a faultline result nor a counterexample of ours in ITF/,
      ],
      null: [() => 'null', /neither a faultline result/],
      'a list': [() => '[[]]', /neither a faultline result/],
      'a hundred thousand brackets': [() => '['.repeat(100_000) + ']'.repeat(100_000), /^E_RESULT_FILE/],
      'another version of the schema': [ours((d) => Object.assign(d, { schema: 'faultline.result/2' })), /neither/],
      'a result without runs': [
        () => '{"schema":"faultline.result/1"}',
        /not a result of schema faultline\.result\/1: at runs: /,
      ],
      'a result in which nothing is violated': [
        ours((d) => Object.assign(property(d), { verdict: 'holds' })),
        /nothing is violated/,
      ],
      'a violation without its run': [
        ours((d) => delete property(d).run),
        /mtime-on-write is violated, but its run is missing/,
      ],
      'a run that is shorter than its trace': [
        ours((d) => property(d).run.pop()),
        /a trace of 18 steps, but a run of 17/,
      ],
      'a loop from behind the end': [
        ours((d) => Object.assign(property(d), { loopFrom: 18 })),
        /loops from step 18, but has 18/,
      ],
      'an alternative that is no number': [
        ours((d) => Object.assign(move(d, 3), { alternative: '0' })),
        /at runs\.0\.properties\.0\.run\.3\.alternative: /,
      ],
      'an alternative below zero': [ours((d) => Object.assign(move(d, 3), { alternative: -1 })), /run\.3\.alternative/],
      'changes that are no pairs': [
        ours((d) => Object.assign(step(d, 3), { changes: { x: ['a'] } })),
        /trace\.3\.changes\.x\.1/,
      ],
      'a text that speaks to the terminal': [
        ours((d) => Object.assign(step(d, 3), { step: '\u001b[2J' })),
        /trace\.3\.step: control characters/,
      ],
      'a text without end': [ours((d) => Object.assign(step(d, 3), { step: 'x'.repeat(30_000) })), /trace\.3\.step: /],
      'a run without end': [
        ours((d) => Object.assign(property(d), { run: Array(20_000).fill(property(d).run[0]) })),
        /properties\.0\.run: /,
      ],
      'a scenario that does not parse': [ours((d) => Object.assign(d.runs[0], { scenario: 'a=hole: fly a' })), /^E_/],
      'a setting that does not exist': [
        ours((d) => Object.assign(d.runs[0].config, { moon: 'full' })),
        /^E_UNKNOWN_NAME: there is no config "moon"/,
      ],
      'a property that does not exist': [
        ours((d) => Object.assign(property(d), { id: 'p' })),
        /^E_UNKNOWN_NAME.*there is no property "p"/,
      ],
      'a property that is a path': [
        ours((d) => Object.assign(property(d), { id: '../cli/main' })),
        /^E_UNKNOWN_NAME.*there is no property/,
      ],
      'a design that is not built in': [
        ours((d) => Object.assign(d.runs[0], { design: 'mine' })),
        /^E_UNKNOWN_NAME.*not built in: "mine"\n.*--design FILE/,
      ],
      'a trace in ITF that is not ours': [
        () => '{"#meta":{"format":"ITF"},"vars":[],"states":[{}]}',
        /not a counterexample of ours in Informal Trace Format: at #meta\.faultline/,
      ],
      'ITF with a state without a variable': [itf((d) => delete d.states[3].inode), /state 3 has no text for inode/],
      'ITF with a state that no step leads to': [
        itf((d) => delete d.states[3]['#meta'].process),
        /state 3 does not say which step/,
      ],
      'ITF without states': [itf((d) => Object.assign(d, { states: [] })), /at states/],
      'ITF that loops to its end': [itf((d) => Object.assign(d, { loop: 40 })), /loops from state 40, but has 19/],
    };
  for (const [what, [text, error]] of Object.entries(bad)) {
    it(what, async () => {
      const { code, out, err } = await explain(await text());
      expect(err).toMatch(error);
      expect(err).not.toMatch(/^\s+at /m);
      expect(err).not.toContain('internal error');
      expect([code, out]).toEqual([2, '']);
    });
  }

  it('a file that is too large, before reading it', async () => {
    const { code, err } = await explain(new Uint8Array(LARGEST + 1));
    expect(err).toMatch(/it has \d+ bytes, more than/);
    expect(code).toBe(2);
  });
  it('what is no file: nothing there, a directory, a device without end', async () => {
    for (const file of ['/nowhere/result.json', 'test', ...(existsSync('/dev/zero') ? ['/dev/zero'] : [])]) {
      const { code, err } = await captured(['explain', file]);
      expect(err).toMatch(/^E_RESULT_FILE \(.*\): the result cannot be read: /);
      expect(code).toBe(2);
    }
  });
  it('a design file that the result names: it is never loaded', async () => {
    const result = await resultOf(ONE_THREAD);
    await inFile('globalThis.executed = true; export default {};', async (file) => {
      const evil = file.replace(/json$/, 'mjs');
      const { renameSync } = await import('node:fs');
      renameSync(file, evil);
      const { code, err } = await explain(changed(result, (d) => Object.assign(d.runs[0], { design: evil })));
      expect(err).toContain('A design is never loaded by what a result says.');
      expect(code).toBe(2);
      expect(globalThis).not.toHaveProperty('executed');
    });
  });
  it('a property that has no counterexample in it', async () => {
    const { code, err } = await explain(await resultOf(ONE_THREAD), '--property', 'no-warn');
    expect(err).toContain('there is no counterexample of "no-warn"');
    expect(code).toBe(2);
  });
});

describe('names that JavaScript gives a meaning', () => {
  it('are names like any other', async () => {
    const result = await resultOf(ONE_THREAD);
    const text = result.replace('"changes": {}', '"changes": {"__proto__": ["a", "b"]}');
    expect(text).not.toBe(result);
    await explain(text);
    expect(({} as Record<string, unknown>)[0]).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('0');
  });
});
