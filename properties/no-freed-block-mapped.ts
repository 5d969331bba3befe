/** A PTE of a freed block is a window into whatever the block becomes: other users' data, or metadata. CVE-2015-8839. */

import { selector } from '../explorer/component.ts';
import type { StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { type Block, block, isOwned } from '../model/entries/block.ts';
import { isBlock } from '../model/entries/pfn.ts';
import type { PteValue } from '../model/entries/pte.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { daxOnly } from './page-cache.ts';
import { translationsOf } from './translations.ts';

interface Value {
  /** Blocks that some translation has mapped so far, until they are freed. */
  readonly mapped: readonly string[];
}
interface Fact {
  readonly type: 'mapped' | 'freed';
  readonly block: string;
}
const pfnOf = selector('pfn', (p: PteValue) => p?.pfn ?? null);
const owner = selector('owner', (b: Block) => b.owner);

export default defineProperty({
  id: 'no-freed-block-mapped',
  sentence:
    'No translation, shared or private, writable or not, maps a block that is free or belongs to another file; no exception while the fault lock is held (T8 comes after T7).',
  promisedBy: 'ext4 ea3d7209ca01 "fix races between page faults and hole punching"; CVE-2015-8839',
  premise: 'a block was freed that some translation had mapped',
  needs: daxOnly,
  instance: (scene) => {
    const translations = translationsOf(scene);
    const facts = (step: StepSeen): Fact[] => [
      ...translations.flatMap((t): Fact[] => {
        if (!step.written.includes(t.id)) return [];
        const pfn = t.after(step)?.pfn;
        return pfn !== undefined && isBlock(pfn) ? [{ type: 'mapped', block: pfn }] : [];
      }),
      ...kernelMarks(step.marks).flatMap((m): Fact[] =>
        m.type === 'free-block' ? [{ type: 'freed', block: m.block }] : [],
      ),
    ];
    const { monitor, value } = makeMonitor<Value, Fact>('no-freed-block-mapped', { mapped: [] }, facts, (v, f) => {
      const others = v.mapped.filter((b) => b !== f.block);
      return { mapped: f.type === 'freed' ? others : [...others, f.block].sort() };
    });
    return {
      monitor,
      step: (step) => {
        const freed = kernelMarks(step.marks).filter((m) => m.type === 'free-block');
        return freed.some((m) => step.before(value).mapped.includes(m.block)) || undefined;
      },
      states: translations.map((t) => ({
        name: t.name,
        judge: (s) => {
          const pfn = t.read(s, pfnOf);
          if (pfn === null || !isBlock(pfn)) return undefined;
          const who = s.read(block(pfn), owner);
          if (isOwned(who)) return undefined;
          return violated(`${t.id} maps ${pfn}, which ${who === 'foreign' ? 'belongs to another file' : 'is free'}`);
        },
      })),
    };
  },
});
