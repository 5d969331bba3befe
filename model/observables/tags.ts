import type { Entry } from '../entries/entry.ts';
import { defineObservable } from '../observable.ts';

export default defineObservable({
  id: 'tags',
  what: 'the tags of every index of the mapping: DIRTY, TOWRITE',
  byDefault: true,
  values: {
    entry: (e: Entry) => [e.dirty && 'DIRTY', e.towrite && 'TOWRITE'].filter(Boolean).join(' ') || 'clean',
  },
});
