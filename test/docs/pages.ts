/** The pages that users read. Reading notes of the sources are not for them, and are not packed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.md') && !f.startsWith('source-notes'))
    .map((f) => `docs/${f.replaceAll('\\', '/')}`)
    .sort(),
];

export const readPage = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
