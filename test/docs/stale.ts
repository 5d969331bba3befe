/** Pages that hold what the code says: compared by the tests, written by `npm run docs`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

export const WRITES = process.env.FAULTLINE_DOCS === 'write';

/** @param file absolute path */
export function expectPage(file: string, text: string): void {
  if (WRITES) writeFileSync(file, text);
  const stored = existsSync(file) ? readFileSync(file, 'utf8') : '';
  expect(stored, `${file} is not what the code says: npm run docs writes it`).toBe(text);
}
