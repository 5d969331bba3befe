/** Random scenarios: a file of four pages, three mappings, and operations that the model has, in any order. */
import fc from 'fast-check';

const page = fc.integer({ min: 0, max: 3 });
const byte = fc.integer({ min: 1, max: 200 });
/** `c` is another process's. */
const letter = fc.constantFrom('a', 'a', 'b', 'b', 'c');
const ours = fc.constantFrom('a', 'b');

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(letter, page).map(([m, p]) => `ld ${m} ${p}`) },
  { weight: 5, arbitrary: fc.tuple(letter, page, byte).map(([m, p, v]) => `st ${m} ${p} ${v}`) },
  { weight: 2, arbitrary: fc.tuple(page, byte).map(([p, v]) => `write ${p} 1 ${v}`) },
  { weight: 1, arbitrary: page.map((p) => `read ${p}`) },
  { weight: 2, arbitrary: fc.constantFrom('fsync', 'fdatasync') },
  { weight: 1, arbitrary: letter.map((m) => `msync ${m} 0 4`) },
  { weight: 2, arbitrary: page.map((p) => `punch ${p} 1`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((p) => `trunc ${p}`) },
  { weight: 2, arbitrary: fc.tuple(letter, page).map(([m, p]) => `dontneed ${m} ${p} 1`) },
  { weight: 1, arbitrary: fc.tuple(letter, fc.constantFrom('r', 'rw')).map(([m, to]) => `mprotect ${m} ${to}`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('ld', 'st'), ours, page).map((w) => `child ${w.join(' ')}`) },
  { weight: 1, arbitrary: letter.map((m) => `munmap ${m}`) },
);

const scenario = fc.record({
  begin: fc.constantFrom('trunc 4', 'write 0 4 9', 'falloc 0 4'),
  first: fc.constantFrom('shared rw', 'shared rw', 'shared r'),
  second: fc.constantFrom('shared rw', 'private rw', 'private rw'),
  third: fc.constantFrom('shared rw other', 'private rw other'),
  operations: fc.array(operation, { minLength: 8, maxLength: 12 }),
});

/** @returns a script; the same for the same seed */
export function randomScript(scenarios: number, seed: number): string {
  const all = fc
    .sample(scenario, { numRuns: scenarios, seed })
    .map(({ begin, first, second, third, operations }, n) => {
      const kinds: Readonly<Record<string, string>> = { a: first, b: second, c: third };
      const map = (m: string): string => `mmap ${m} 0 4 ${kinds[m]}`;
      // What is unmapped is mapped again.
      const lines = operations.flatMap((o) => (o.startsWith('munmap') ? [o, map(o.split(' ')[1]!)] : [o]));
      return [`S random-${seed}-${n}`, begin, ...Object.keys(kinds).map(map), ...lines].join('\n');
    });
  return `smaps 0\n${all.join('\n')}\n`;
}
