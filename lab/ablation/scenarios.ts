/** Where it is looked for what leaving something out changes: few processes first, so that the shortest run comes first. */
import { COVERAGE_SCENARIOS, SCENARIOS } from '../../model/scenarios.ts';

/** Meetings that the others have in scenarios too large to be tried that often. */
const MEETINGS: readonly string[] = [
  'a=block: store a; fsync || truncate a',
  'a=block: store a; fsync || punch a',
  'a=block: store a; fsync || invalidate a',
  'a=hole: load a || load a || write a',
  'a=block: load a || load a || punch a',
  'a=hole: store a || munmap a',
  'a=block: [mm2] load a; store a || munmap a; load a',
];

export const ABLATION_SCENARIOS: readonly string[] = [
  ...new Set([...Object.values(SCENARIOS).flat(), ...COVERAGE_SCENARIOS, ...MEETINGS]),
];
