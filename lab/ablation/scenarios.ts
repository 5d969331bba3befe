/** Where it is looked for what leaving something out changes: few processes first, so that the shortest run comes first. */
import { type Config, parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { CONFIG_SCENARIOS, COVERAGE_SCENARIOS, SCENARIOS } from '../../model/scenarios.ts';
import { supports } from '../../verify/verify.ts';

/** Meetings that the others have in scenarios too large to be tried that often. */
const MEETINGS: readonly string[] = [
  'a=block: store a; fsync || truncate a',
  'a=block: store a; fsync || punch a',
  'a=block: store a; fsync || invalidate a',
  'a=hole: load a || load a || write a',
  'a=block: load a || load a || punch a',
  'a=hole: store a || munmap a',
  'a=block: [mm2] load a; store a || munmap a; load a',
  'a=block: store a || mprotect ro',
  'a=hole: store a || freeze || thaw',
  // A private mapping that is written to from outside.
  'a=block: [private] poke a || freeze; thaw',
  'a=block: [private] poke a || truncate a',
  'a=hole: [private] poke a || store a',
  'a=hole: [private] poke a || load a',
  'a=hole: [private] poke a || write a',
  'a=hole: load a; invalidate a || [private] poke a',
  // A mapping that goes to other addresses.
  'a=block: store a || mremap',
  'a=block: store a || mremap || truncate a',
  'a=block: load a; mremap || munmap a',
  'a=block: store a; mremap || fsync',
  // Calls that not every design has.
  'a=block: zero a || store a',
  'a=block: zero a || write a',
  'a=block: zero a || truncate a',
  'a=block: store a; fsync || zero a',
  'a=hole: load a; zero a || invalidate a',
  'a=hole: fallocate a || write a',
  'a=hole: fallocate a || truncate a',
  'a=hole: pin a; unpin a || freeze; thaw',
  'a=block: pin a; unpin a || munmap a',
];

/** The flusher, reclaim, and a filesystem without ->page_mkwrite. Files in the page cache alone have them. */
const PAGE_CACHE: readonly string[] = [
  'a=block: load a; store a; fsync || writeback',
  'a=hole: write a; fsync || truncate a',
  'a=hole: writeback || write a; fsync',
  'a=block: writeback || write a; write a; fsync',
  'a=block: writeback || store a; truncate a; write a; fsync',
  'a=hole, b=hole: write a; truncate a; write b; read a',
  'a=block: load a; munmap a || dropcaches',
  'a=block: load a; store a || invalidate a; load a',
  'a=block: load a; invalidate a',
  'a=hole: write a; invalidate a; read a',
  'a=hole: write a; invalidate a; read a || writeback',
  'a=hole: read a; invalidate a || write a; read a',
  'a=block: write a; fsync; invalidate a; read a || read a',
  'a=hole: write a; dropcaches; read a || writeback',
  'a=hole: write a; reclaim; read a || writeback',
  'a=block: load a || reclaim',
  'a=block: store a || reclaim; read a',
  'a=block: load a; store a; fsync || reclaim',
  'a=block: load a; invalidate a || reclaim',
  'a=block: store a || load a',
  'a=block: load a || punch a',
  'a=block: store a || truncate a',
  'a=block: store a || dontneed a; fsync',
  'a=block: load a; store a || fsync --config page-mkwrite=off',
  'a=block: store a || truncate a --config page-mkwrite=off',
  'a=block: load a; store a || truncate a --config page-mkwrite=off',
  'a=block: load a; store a; fsync || writeback --config page-mkwrite=off',
];

/** Those that the design can be run in. */
export async function scenariosFor(design: Design): Promise<readonly string[]> {
  const all = [
    ...new Set([
      ...Object.values(SCENARIOS).flat(),
      ...COVERAGE_SCENARIOS,
      ...(design.parts.page_cache ? PAGE_CACHE : []),
      ...CONFIG_SCENARIOS['pte-special=on']!,
      ...MEETINGS,
    ]),
  ];
  const can = await Promise.all(
    all.map((text) => {
      const { scenario, config } = asked(text);
      return supports(design, scenario, config);
    }),
  );
  return all.filter((_, i) => can[i]);
}

/** `… --config page-mkwrite=off`, as on the command line. */
export function asked(text: string): { readonly scenario: string; readonly config: Config } {
  const [scenario = '', ...settings] = text.split(' --config ');
  return { scenario, config: parseConfig(settings) };
}

/**
 * Meetings of three and more, too large to be tried for everything: by site, in all designs that have it. They are tried if
 * no other scenario changes a verdict.
 */
const SOUGHT: readonly { readonly site: RegExp; readonly scenarios: readonly string[] }[] = [
  {
    site: /^wake-up WAKE_NEXT in (?:punch|truncate): __dax_invalidate/,
    scenarios: ['a=block: store a; fsync || fsync || punch a', 'a=block: store a; fsync || fsync || truncate a'],
  },
  {
    site: /^wake-up WAKE_NEXT in zero: __dax_invalidate/,
    scenarios: ['a=block: store a; fsync || fsync || zero a'],
  },
  {
    site: /^wake-up WAKE_NEXT in (?:write|invalidate): __dax_invalidate/,
    scenarios: [
      'a=hole: load a || load a || write a',
      'a=hole: load a || load a || invalidate a',
      'a=block: load a || load a || invalidate a',
    ],
  },
  {
    // A store on the PTE of an entry that is gone.
    site: /^unmap zap in invalidate$/,
    scenarios: ['a=block: load a; invalidate a; store a'],
  },
  {
    site: /in (?:write-back: )?dax_writeback_one$/,
    scenarios: [
      'a=block: store a; fsync || fsync || load a',
      'a=block: store a; fsync || punch a; store a; fsync --config block-reuse=foreign',
    ],
  },
  {
    site: /^(?:lock (?:PG_locked|i_rwsem)|unmap zap|tag cancel_dirty_page\(\)|wake-up unlock_page\(\)) in punch/,
    scenarios: [
      'a=block: load a || punch a',
      'a=block: load a; store a || punch a',
      'a=block: load a || load a || punch a',
      'a=hole: write a || punch a; read a',
    ],
  },
  {
    site: /^(?:lock PG_locked|re-check page->mapping changed|wake-up unlock_page\(\)) in (?:punch|truncate)/,
    scenarios: ['a=hole: load a; punch a || invalidate a', 'a=hole: load a; truncate a || invalidate a'],
  },
];

export const soughtFor = (site: string): readonly string[] =>
  SOUGHT.filter((s) => s.site.test(site)).flatMap((s) => s.scenarios);
