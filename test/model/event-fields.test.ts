/** Every component says which fields its events have, and what marks there are is known: no design file's misspelt one is taken. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AnyKind } from '../../explorer/component.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { mark } from '../../model/marks.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';
import { flushesBatched } from '../variations/page-cache-mutants.ts';

const ENTRIES = new URL('../../model/entries/', import.meta.url);
const SCENARIO = 'a=hole: store a || [mm2] [private] load a; store a; fork; store a || freeze; thaw';
/** Between them they have every kind. */
const CASES: readonly [string | Design, readonly string[], scenario?: string][] = [
  ['wp-shared-merged', []],
  ['v4.0', ['errors=on']],
  ['v4.14', ['pte-special=off']],
  ['v4.14', ['thp=on']],
  ['v4.14', ['tlb=on', 'pte-gap=on']],
  ['v6.1', ['thp=on', 'es-cache=on']],
  ['v6.1', ['journal=on']],
  ['v6.1', [], 'a=hole: pin a; unpin a'],
  ['v6.1', [], 'a=hole: write a || freeze'],
  [flushesBatched, ['tlb=on'], 'a=block: load a || reclaim || truncate a'],
];

async function kinds(): Promise<Map<string, AnyKind>> {
  const found = new Map<string, AnyKind>();
  for (const [id, settings, scenario = SCENARIO] of CASES) {
    const { system } = await prepare(typeof id === 'string' ? await loadDesign(id) : id, scenario, {
      config: parseConfig(settings),
    });
    for (const c of system.components) if (c) found.set(c.kind.kind, c.kind);
  }
  return found;
}

/** As the sources have them. */
const declared = readdirSync(ENTRIES).flatMap((file) =>
  [...readFileSync(new URL(file, ENTRIES), 'utf8').matchAll(/defineComponent<[^(]*\(\{\s*kind: '([^']+)'/g)].map(
    ([, name]) => name!,
  ),
);

describe('the fields of events', async () => {
  const found = await kinds();

  it('are looked for in every kind of component that there is, and in monitors', () => {
    expect(declared.length).toBeGreaterThan(25);
    expect(declared.filter((name) => !found.has(name))).toEqual([]);
    expect([...found.keys()].some((name) => name.startsWith('monitor of '))).toBe(true);
  });

  it.each([...found])('are declared by %s', (_, kind) => {
    expect(Object.keys(kind.fields!)).toEqual(kind.events);
    expect(Object.entries(kind.fields!).filter(([, fields]) => fields === true)).toEqual([]);
  });
});

describe('a mark', () => {
  it("is what it was, if it is one of the kernel's with its fields", () => {
    const end = { type: 'end', op: 'op0', name: 'fsync', pages: ['a'] } as const;
    expect(mark(end)).toBe(end);
    expect(mark({ ...end, error: 'EIO' })).toEqual({ ...end, error: 'EIO' });
  });

  it.each([
    [{ type: 'tlb-fulsh', pte: 'x' }, 'there is no mark "tlb-fulsh"', 'Did you mean tlb-flush?'],
    [{ type: 'toString' }, 'there is no mark "toString"', /^The nearest is /],
    [
      { type: 'tlb-flush', ptee: 'x' },
      'a mark tlb-flush with a field "ptee", which is not declared',
      'Did you mean pte?',
    ],
    [{ type: 'flush' }, 'a mark flush with no field block, or undefined for it', 'Declared: block.'],
  ])('%j is refused', (wrong, message, mend) => {
    expect(() => mark(wrong as never)).toThrow(
      expect.objectContaining({
        code: 'E_EVENT_NAME',
        message,
        mend: typeof mend === 'string' ? mend : expect.stringMatching(mend),
      }),
    );
  });
});
