/** A device that wants pages not to change while it reads them (bdi_cap_stable_pages_required(), 4.0): who waits for that. */
import { describe, expect, it } from 'vitest';
import { observe } from '../../casebook/observe.ts';
import { violated } from '../../explorer/property.ts';
import { pagePool } from '../../model/build.ts';
import { parseConfig } from '../../model/config.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { page } from '../../model/entries/page.ts';
import { kernelMarks } from '../../model/marks.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { verify } from '../../verify/verify.ts';

const stable = defineDesign<PageCacheParts>({
  ...merged,
  id: 'stable-pages',
  title: 'wp-shared-merged on a device that wants stable pages',
  source: 'variation',
  parts: { ...merged.parts, stable_pages: true },
  expects: {},
});

const writebackIsStable = observe(
  'writeback-is-stable',
  'Nobody changes a page between set_page_writeback() and end_page_writeback().',
  (scene) => {
    const pool = scene.pages.flatMap(({ name }) => pagePool(scene, name).map((id) => ({ name, ref: page(id) })));
    return {
      step: (step) => {
        const changed = kernelMarks(step.marks).flatMap((m) =>
          m.type === 'hw-store'
            ? pool.filter(({ ref }) => ref.id === page(m.pfn).id)
            : m.type === 'copy'
              ? pool.filter(({ name, ref }) => name === m.page && step.before(ref).mapping)
              : [],
        );
        if (changed.length === 0) return undefined;
        const unstable = changed.find(({ ref }) => step.before(ref).flags.includes('writeback'));
        return unstable === undefined || violated(`${unstable.ref.id} changes under I/O`);
      },
    };
  },
);

async function verdict(design: Design, scenario: string, settings: string[] = []): Promise<string> {
  const config = parseConfig(settings);
  const run = await verify(design, scenario, { properties: ['writeback-is-stable'], own: [writebackIsStable], config });
  expect(run.complete).toBe(true);
  return run.properties[0]!.verdict;
}

const STORES = ['a=block: store a; store a || writeback', 'a=block: store a; store a || fsync'];
const WRITES = ['a=block: store a; write a || writeback'];

describe('a page under I/O', () => {
  it.each([...STORES, ...WRITES])('changes where the device does not ask for stable pages: %s', async (scenario) => {
    expect(await verdict(merged, scenario)).toBe('violated');
  });

  it.each([...STORES, ...WRITES])(
    'does not change where it asks: page_mkwrite and write(2) wait: %s',
    async (scenario) => {
      expect(await verdict(stable, scenario)).toBe('holds');
    },
  );

  it('changes all the same where the filesystem has no ->page_mkwrite: the core waits for nobody', async () => {
    expect(await verdict(stable, STORES[0]!, ['page-mkwrite=off'])).toBe('violated');
  });

  it('is waited for without a deadlock', async () => {
    for (const scenario of [...STORES, ...WRITES]) {
      const run = await verify(stable, scenario, { properties: ['no-deadlock', 'store-completes'] });
      expect(run.properties.map((p) => p.verdict)).toEqual(['holds', 'holds']);
    }
  });
});
