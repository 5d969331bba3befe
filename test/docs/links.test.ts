import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { pages, ROOT, readPage } from './pages.ts';

const FENCED = /^```[\s\S]*?^```$/gm;
const textOf = (page: string): string => readPage(page).replace(FENCED, '');

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...textOf(page).matchAll(/^#+ (.+)$/gm)].map((m) => {
    const slug = m[1]!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const n = seen.get(slug) ?? 0;
    seen.set(slug, n + 1);
    return n === 0 ? slug : `${slug}-${n}`;
  });
  return new Set(anchors);
}

function problem(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return `${page}: there is no ${link}`;
  if (anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor)) {
    return `${page}: ${target} has no heading #${anchor}`;
  }
  return undefined;
}

it('every link from page to page leads somewhere', () => {
  const problems = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].flatMap((m) => problem(page, m[1]!) ?? []),
  );
  expect(problems).toEqual([]);
});

it('every page is linked from docs/README.md', () => {
  const linked = [...textOf('docs/README.md').matchAll(/\]\(([^)#]+)\)/g)].map((m) => normalize(join('docs', m[1]!)));
  const unlinked = pages.filter((p) => p.startsWith('docs/') && p !== 'docs/README.md' && !linked.includes(p));
  expect(unlinked).toEqual([]);
});
