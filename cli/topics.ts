/** What `faultline list` has lists of. */
export const TOPICS = [
  'designs',
  'scenarios',
  'properties',
  'configs',
  'operations',
  'observables',
  'formats',
] as const;

export type Topic = (typeof TOPICS)[number];
