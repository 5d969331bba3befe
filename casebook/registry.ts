/** All cases: each chapter of claims is one file, each bug is one file, found by its name. */
import { readdirSync } from 'node:fs';
import { FaultlineError, nearNames, quoted } from '../explorer/errors.ts';
import type { Bug, Case, Chapter } from './case.ts';

const MODULE = /^(?<id>.+)\.(?:ts|js)$/;
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

const idsIn = (folder: string): string[] =>
  readdirSync(new URL(`./${folder}/`, import.meta.url))
    .filter((f) => !f.endsWith('.d.ts'))
    .flatMap((f) => MODULE.exec(f)?.groups?.id ?? [])
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

async function load<T>(folder: string, id: string): Promise<T> {
  const module = (await import(new URL(`./${folder}/${id}.${extension}`, import.meta.url).href)) as { default: T };
  return module.default;
}

export async function chapters(): Promise<Chapter[]> {
  const claims = await Promise.all(idsIn('claims').map((id) => load<Chapter>('claims', id)));
  const bugs = await Promise.all(idsIn('bugs').map((id) => load<Bug>('bugs', id)));
  return [...claims, { title: 'Bugs', cases: bugs }];
}

/** @param ids empty: all @throws FaultlineError E_UNKNOWN_NAME */
export async function chaptersWith(ids: readonly string[]): Promise<Chapter[]> {
  const all = await chapters();
  const known = all.flatMap((c) => c.cases.map((x) => x.id));
  for (const id of ids) {
    if (!known.includes(id))
      throw new FaultlineError(
        'E_UNKNOWN_NAME',
        `there is no case ${quoted(id)}`,
        nearNames(id, known, 'docs/claims.md'),
      );
  }
  if (ids.length === 0) return all;
  const wanted = (c: Case): boolean => ids.includes(c.id);
  return all.map((c) => ({ ...c, cases: c.cases.filter(wanted) })).filter((c) => c.cases.length > 0);
}
