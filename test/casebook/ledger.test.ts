/** The whole casebook is decided once; its verdicts are those expected, and docs/claims.md says what it says. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Chapter } from '../../casebook/case.ts';
import { type Decided, decide } from '../../casebook/decide.ts';
import { Explorer } from '../../casebook/explorer.ts';
import { chapters } from '../../casebook/registry.ts';
import { casebookJson } from '../../report/casebook/json.ts';
import { casebookMarkdown } from '../../report/casebook/markdown.ts';
import { ROOT } from '../docs/pages.ts';
import { expectPage } from '../docs/stale.ts';
import { EXPECTED } from './expected.ts';

interface DecidedChapter {
  readonly chapter: Chapter;
  readonly decided: readonly Decided[];
}

const all = await chapters();
const ids = all.flatMap((c) => c.cases.map((x) => x.id));
const book: DecidedChapter[] = [];

beforeAll(async () => {
  const explorer = new Explorer();
  for (const chapter of all) {
    const decided: Decided[] = [];
    for (const c of chapter.cases) decided.push(await decide(c, explorer));
    book.push({ chapter, decided });
  }
}, 600_000);

const verdicts = (): Decided[] => book.flatMap((c) => c.decided);

describe('the casebook', () => {
  it('comes to the verdicts that are expected', () => {
    expect(Object.fromEntries(verdicts().map((d) => [d.case.id, d.verdict]))).toEqual(EXPECTED);
  });

  it('has each case once', () => {
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('hits no limit', () => {
    expect(verdicts().filter((d) => d.reason === 'a limit was hit')).toEqual([]);
  });

  it('gives a reason for what is undecided, and evidence for everything else', () => {
    for (const d of verdicts()) {
      if (d.verdict === 'undecided') expect(d.because, d.case.id).toMatch(/\w{3}.*\.$/);
      else expect(d.parts.flatMap((p) => p.answers).length, d.case.id).toBeGreaterThan(0);
    }
  });

  it('is one object of its schema, with bounds for everything that was explored', async () => {
    const { schema, cases } = JSON.parse(await casebookJson(verdicts()));
    expect(schema).toBe('faultline.casebook/1');
    expect(cases.map((c: { id: string }) => c.id)).toEqual(ids);
    for (const c of cases) {
      expect(['claim', 'bug']).toContain(c.kind);
      if (c.verdict === 'undecided') expect(c.reason).toEqual(expect.any(String));
      else expect(c.evidence.scope.processes, c.id).toBeGreaterThan(0);
    }
  });

  it('is docs/claims.md', async () => {
    expectPage(join(ROOT, 'docs/claims.md'), await casebookMarkdown(book));
  });
});
