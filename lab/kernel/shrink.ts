/** A random scenario that differs, made smaller: everything that may be left out of it runs in one more boot. */

/** A scenario of a script, by its lines. */
export interface Scripted {
  readonly name: string;
  /** What it begins with: the file, the mappings. */
  readonly before: readonly string[];
  readonly operations: readonly string[];
}

/** Scenarios of one that is made smaller. */
const MOST = 600;

/** Those of a script. @param text without races */
export function scenariosIn(text: string): Scripted[] {
  return text
    .split(/^S /m)
    .slice(1)
    .map((section) => {
      const [name = '', ...lines] = section.trimEnd().split('\n');
      const begin = lines.findIndex((l, n) => n > 0 && !l.startsWith('mmap '));
      const at = begin < 0 ? lines.length : begin;
      return { name, before: lines.slice(0, at), operations: lines.slice(at) };
    });
}

/**
 * Every way to leave operations out in front of the one that differs, the shortest first; where there are too many, the shortest and
 * the longest of them.
 * @param differs number of the operation
 */
export function smaller({ name, before, operations }: Scripted, differs: number): Scripted[] {
  const [earlier, last] = [operations.slice(0, differs), operations[differs]!];
  const kept = Array.from({ length: 2 ** Math.min(earlier.length, 16) }, (_, bits) =>
    earlier.filter((_, n) => (bits >> n) % 2 === 1),
  );
  kept.sort((a, b) => a.length - b.length);
  const some = kept.length > MOST ? [...kept.slice(0, MOST - earlier.length), ...kept.slice(-earlier.length)] : kept;
  return some.filter(keepsMappings).map((rest, n) => ({ name: `${name}/${n}`, before, operations: [...rest, last] }));
}

/** A mapping that is taken away is made again. */
const keepsMappings = (lines: readonly string[]): boolean =>
  lines.every((l, n) => !l.startsWith('munmap ') || lines[n + 1]?.startsWith(`mmap ${l.split(' ')[1]} `)) &&
  lines.every((l, n) => !l.startsWith('mmap ') || lines[n - 1] === `munmap ${l.split(' ')[1]}`);

export const scriptOf = (scenarios: readonly Scripted[]): string =>
  `smaps 0\n${scenarios.flatMap(({ name, before, operations }) => [`S ${name}`, ...before, ...operations]).join('\n')}\n`;
