import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PAGES } from '../../scripts/reference/pages.ts';
import { expectPage } from './stale.ts';

const FOLDER = fileURLToPath(new URL('../../docs/reference/', import.meta.url));

it.each(Object.entries(PAGES))('docs/reference/%s is what the code says', async (name, make) => {
  expectPage(join(FOLDER, name), await make());
});

it('docs/reference/ has no other pages', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(PAGES).sort());
});
