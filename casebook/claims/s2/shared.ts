/** Designs, scenarios and an observation that several parts of the discussion ask about. */
import { violated } from '../../../explorer/property.ts';
import { entry } from '../../../model/entries/entry.ts';
import { observe } from '../../observe.ts';

export const V2 = 'zero-page-v2';
export const V3 = 'zero-page-v3';
/** What the series is applied to. */
export const OLD = 'v4.12';
export const LOAD_STORE = ['a=hole: load a; store a', 'a=block: load a; store a'];
export const STORE_WRITE = 'a=hole: load a; store a || write a';

export const noPagesInTree = observe('no-pages-in-tree', 'No slot of the page tree holds a struct page.', (scene) => ({
  states: scene.pages.map(({ name }) => ({
    name: entry(name).id,
    judge: (s) => {
      const { kind } = s.read(entry(name));
      return kind === 'nil' ? undefined : kind !== 'page' || violated(`${entry(name).id} holds a page`);
    },
  })),
}));
