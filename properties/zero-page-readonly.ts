/** The zero page is everybody's: whoever can write to it changes what every hole of every file reads as. */
import { violated } from '../explorer/property.ts';
import { ZERO } from '../model/entries/pfn.ts';
import { defineProperty } from './define.ts';
import { translationsOf } from './translations.ts';

export default defineProperty({
  id: 'zero-page-readonly',
  sentence: 'No translation of any VMA, shared or private, that maps ZERO or HZP has w=1.',
  promisedBy: 'mm: the zero page is shared by all processes and only ever mapped read-only',
  premise: 'a translation of the zero page',
  needs: (design) => (design.facts.mapsZeroPage ? undefined : 'a design that maps the zero page'),
  instance: (scene) => ({
    states: translationsOf(scene).map(({ ref }) => ({
      name: ref.id,
      judge: (s) => {
        const now = s.read(ref);
        if (now === null || now.pfn !== ZERO) return undefined;
        return (
          !now.w || violated(`${ref.id} maps the common zero page writable: a store corrupts every hole of every file`)
        );
      },
    })),
  }),
});
