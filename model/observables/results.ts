import { defineObservable } from '../observable.ts';
import { resultText } from '../results.ts';

export default defineObservable({
  id: 'results',
  what: 'what callers get: bytes that were loaded or read, return values, signals; and warnings in the log',
  byDefault: false,
  values: {},
  mark: (m) => (m.type === 'warn' ? `warning ${m.site}` : resultText(m)),
});
