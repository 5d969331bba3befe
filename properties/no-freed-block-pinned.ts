/** A device that writes into a freed block writes into whatever the block becomes: what breaking layouts is for. */

import { selector } from '../explorer/component.ts';
import { violated } from '../explorer/property.ts';
import { type Block, block, isOwned } from '../model/entries/block.ts';
import { pins } from '../model/entries/pins.ts';
import { kernelMarks } from '../model/marks.ts';
import { pinsOn } from '../model/pins.ts';
import { defineProperty } from './define.ts';

const owner = selector('owner', (b: Block) => b.owner);

export default defineProperty({
  id: 'no-freed-block-pinned',
  sentence:
    'No block that is pinned (get_user_pages) is free or belongs to another file: truncate and punch wait until the pins are gone.',
  promisedBy: '5fac7408d828 "mm, fs, dax: handle layout changes to pinned dax mappings" (4.18)',
  premise: 'a block was freed',
  needs: (_design, scene) => (pinsOn(scene) ? undefined : 'a `pin` in the scenario'),
  instance: (scene) => ({
    step: (step) => kernelMarks(step.marks).some((m) => m.type === 'free-block') || undefined,
    states: scene.blocks.map((b) => ({
      name: b,
      judge: (s) => {
        const { holders } = s.read(pins(b));
        if (holders.length === 0) return undefined;
        const who = s.read(block(b), owner);
        if (isOwned(who)) return undefined;
        const threads = holders.map((h) => h.split(' ')[0]).join(', ');
        return violated(
          `${b} is pinned by ${threads}, and ${who === 'foreign' ? 'belongs to another file' : 'is free'}`,
        );
      },
    })),
  }),
});
