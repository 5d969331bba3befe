/** The cover letter of the zero-page series: a gigabyte read from holes costs a gigabyte of zeroed memory. */
import { violated } from '../explorer/property.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';

const READS = new Set(['load', 'read']);

export default defineProperty({
  id: 'hole-reads-allocate-nothing',
  sentence:
    'No step of a process that is executing `load` or `read` allocates a page-cache page or a block. Page tables, tree nodes, ZERO/HZP, and unwritten→written conversion do not count.',
  promisedBy: 'mail 2017-06-14 (Zwisler), "[PATCH v2 0/3] DAX common 4k zero page"',
  premise: 'iomap or get_block answered HOLE to a load or read',
  instance: () => ({
    step: (step) => {
      for (const m of kernelMarks(step.marks)) {
        if ((m.type === 'alloc-block' || m.type === 'alloc-page') && READS.has(m.by)) {
          const what = m.type === 'alloc-page' ? 'a page-cache page' : m.block;
          return violated(`${step.process}'s ${m.by} of ${m.page} allocates ${what}`);
        }
        if (m.type === 'hole' && READS.has(m.by)) return true;
      }
      return undefined;
    },
  }),
});
