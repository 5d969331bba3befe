/** Every WARN_ON and BUG_ON of the source is an assertion that its author made. */
import { violated } from '../explorer/property.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';

export default defineProperty({
  id: 'no-warn',
  sentence:
    "No step reaches a WARN_ON/BUG_ON/bad-rss/bad-pmd site of its era's source with its condition true (each site is an effect `warn`; a site of a later era is not added to an earlier one: v3's insert_pfn has none, 4.14 warns on any other pfn, 4.20+ not for ZERO).",
  promisedBy: 'the source itself',
  premise: 'none: never vacuous',
  instance: () => ({
    neverVacuous: true,
    step: (step) => {
      for (const m of kernelMarks(step.marks))
        if (m.type === 'warn') return violated(`${step.process} hits the WARN in ${m.site}`);
      return undefined;
    },
  }),
});
