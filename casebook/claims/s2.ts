/** Seed 002: Zwisler and Kara, 2017-06-14..23, "[PATCH v2 0/3] DAX common 4k zero page". */
import type { Chapter } from '../case.ts';
import { code } from './s2/code.ts';
import { patches } from './s2/patches.ts';
import { review } from './s2/review.ts';

const chapter: Chapter = {
  title: 'Zero page, v2: insertion that makes writable (2017-06-14)',
  cases: [...patches, ...review, ...code],
};

export default chapter;
