import { showContent } from '../entries/content.ts';
import { defineObservable } from '../observable.ts';

export default defineObservable({
  id: 'results',
  what: 'what callers get: bytes that were loaded or read, return values, signals; and warnings in the log',
  byDefault: false,
  values: {},
  mark: (m) => {
    switch (m.type) {
      case 'hw-load':
      case 'read-copy':
        return `${m.op} gets ${showContent(m.content)}`;
      case 'end':
        return `${m.op} returns ${m.error ?? '0'}`;
      case 'killed':
        return `${m.op} ends with ${m.signal}`;
      case 'warn':
        return `warning ${m.site}`;
      default:
        return undefined;
    }
  },
});
