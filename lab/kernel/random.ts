/** Random scenarios: operations that the model has, in any order, on a small file or on huge pages of a large one. */
import fc, { type Arbitrary } from 'fast-check';

const byte = fc.integer({ min: 1, max: 200 });

/** What a scenario is made of. */
interface Made {
  readonly begin: readonly string[];
  /** By its letter, what each mapping is: after its offset and length. */
  readonly kinds: Readonly<Record<string, string>>;
  /** In pages. */
  readonly length: string;
  /** Pages of each mapping that are looked at; undefined: the first four. */
  readonly watched?: string;
  readonly operations: readonly string[];
}

const page = fc.integer({ min: 0, max: 3 });
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
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('falloc', 'zero'), page).map(([f, p]) => `${f} ${p} 1`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('falloc', 'zero'), page).map(([f, p]) => `${f} ${p} ${4 - p}`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map((p) => `trunc ${p}`) },
  { weight: 2, arbitrary: fc.tuple(letter, page).map(([m, p]) => `dontneed ${m} ${p} 1`) },
  { weight: 1, arbitrary: fc.tuple(letter, fc.constantFrom('r', 'rw')).map(([m, to]) => `mprotect ${m} ${to}`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('ld', 'st'), ours, page).map((w) => `child ${w.join(' ')}`) },
  { weight: 1, arbitrary: letter.map((m) => `munmap ${m}`) },
);

const small: Arbitrary<Made> = fc
  .record({
    begin: fc.constantFrom('trunc 4', 'write 0 4 9', 'falloc 0 4'),
    a: fc.constantFrom('shared rw', 'shared rw', 'shared r', 'shared rw sync', 'shared rw populate'),
    b: fc.constantFrom('shared rw', 'private rw', 'private rw', 'private rw populate', 'shared r populate'),
    c: fc.constantFrom('shared rw other', 'private rw other', 'shared rw sync other', 'shared rw populate other'),
    operations: fc.array(operation, { minLength: 8, maxLength: 12 }),
  })
  .map(({ begin, operations, ...kinds }) => ({ begin: [begin], kinds, length: '4', operations }));

/** The first are of one PMD, the last is alone in another. */
const far = fc.constantFrom(0, 1, 1, 2, 511);

const onHuge = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(ours, far).map(([m, p]) => `ld ${m} ${p}`) },
  { weight: 4, arbitrary: fc.tuple(ours, far, byte).map(([m, p, v]) => `st ${m} ${p} ${v}`) },
  { weight: 1, arbitrary: fc.tuple(far, byte).map(([p, v]) => `write ${p} 1 ${v}`) },
  { weight: 1, arbitrary: far.map((p) => `read ${p}`) },
  { weight: 2, arbitrary: fc.constant('fsync') },
  { weight: 1, arbitrary: far.map((p) => `punch ${p} 1`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('falloc', 'zero'), far).map(([f, p]) => `${f} ${p} 1`) },
  { weight: 1, arbitrary: fc.tuple(ours, far).map(([m, p]) => `dontneed ${m} ${p} 1`) },
  { weight: 1, arbitrary: fc.tuple(ours, fc.constantFrom('r', 'rw')).map(([m, to]) => `mprotect ${m} ${to}`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('ld', 'st'), ours, far).map((w) => `child ${w.join(' ')}`) },
);

const huge: Arbitrary<Made> = fc
  .record({
    begin: fc.constantFrom(['trunc 2m'], ['falloc 0 2m'], ['falloc 0 2m', 'write 0 2m 9']),
    a: fc.constantFrom('shared rw al2m', 'shared rw al2m', 'shared r al2m', 'private rw al2m'),
    b: fc.constantFrom('shared rw unal', 'private rw unal', 'shared rw al2m sync'),
    operations: fc.array(onHuge, { minLength: 8, maxLength: 12 }),
  })
  .map(({ begin, operations, ...kinds }) => ({ begin, kinds, length: '2m', watched: '0 1 2 511', operations }));

/** Of ten one has huge pages. */
const scenario = fc.oneof({ weight: 9, arbitrary: small }, { weight: 1, arbitrary: huge });

/** @returns a script; the same for the same seed */
export function randomScript(scenarios: number, seed: number): string {
  const all = fc
    .sample(scenario, { numRuns: scenarios, seed })
    .map(({ begin, kinds, length, watched, operations }, n) => {
      const map = (m: string): string => `mmap ${m} 0 ${length} ${kinds[m]}`;
      // What is unmapped is mapped again.
      const lines = operations.flatMap((o) => (o.startsWith('munmap') ? [o, map(o.split(' ')[1]!)] : [o]));
      const watch = watched === undefined ? [] : Object.keys(kinds).map((m) => `watch ${m} ${watched}`);
      const kept = watched === undefined ? lines.filter(keepsLength()) : lines;
      return [`S random-${seed}-${n}`, ...begin, ...Object.keys(kinds).map(map), ...watch, ...kept].join('\n');
    });
  return `smaps 0\n${all.join('\n')}\n`;
}

/** Takes the lines one after the other: without an fallocate(2) that makes the file longer, which the model does not have. */
function keepsLength(): (line: string) => boolean {
  let size = 4;
  return (line) => {
    const [name, first, count] = line.split(' ');
    const end = Number(first) + Number(count);
    if (name === 'falloc' || name === 'zero') return end <= size;
    if (name === 'trunc') size = Number(first);
    if (name === 'write') size = Math.max(size, end);
    return true;
  };
}
