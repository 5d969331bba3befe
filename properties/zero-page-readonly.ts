/** The zero page is everybody's: whoever can write to it changes what every hole of every file reads as. */
import { violated } from '../explorer/property.ts';
import { HZP, ZERO } from '../model/entries/pfn.ts';
import { thpOn } from '../model/thp.ts';
import { defineProperty } from './define.ts';
import { now, translationsOf } from './translations.ts';

export default defineProperty({
  id: 'zero-page-readonly',
  sentence: 'No translation of any VMA, shared or private, that maps ZERO or HZP has w=1.',
  promisedBy: 'mm: the zero page is shared by all processes and only ever mapped read-only',
  premise: 'a translation of the zero page',
  needs: (design, scene) =>
    design.facts.mapsZeroPage || thpOn(scene) ? undefined : 'a design that maps the zero page (or thp=on)',
  instance: (scene) => ({
    states: translationsOf(scene).map((t) => ({
      name: t.name,
      judge: (s) => {
        const is = now(s, t);
        if (is === null || (is.pfn !== ZERO && is.pfn !== HZP)) return undefined;
        return (
          !is.w ||
          violated(
            `${t.id} maps the ${is.pfn === HZP ? 'huge' : 'common'} zero page writable: a store corrupts every hole of every file`,
          )
        );
      },
    })),
  }),
});
