/** What comes to which verdict, with answers that are made up. */
import { describe, expect, it } from 'vitest';
import type { Answer, Ask } from '../../casebook/ask.ts';
import { holds, violates } from '../../casebook/ask.ts';
import { claim, defineBug, undecided } from '../../casebook/case.ts';
import { decide } from '../../casebook/decide.ts';
import { Explorer } from '../../casebook/explorer.ts';

const answer = (agrees: boolean | undefined): Ask => ({
  answer: async (): Promise<Answer> => ({ agrees, says: '', at: '', explored: [] }),
});
const [yes, no, open] = [answer(true), answer(false), answer(undefined)];
const verdict = async (c: Parameters<typeof decide>[0]): Promise<string> => (await decide(c, new Explorer())).verdict;
const asks = (rest: Parameters<typeof claim>[3]) => verdict(claim('S9.1', 'somebody', 'something', rest));

describe('a claim', () => {
  it('holds if all answers are as it says', async () => expect(await asks({ asks: [yes, yes] })).toBe('holds'));
  it('is refuted by one that is not', async () => expect(await asks({ asks: [yes, no] })).toBe('refuted'));
  it('holds if it does so under every condition', async () =>
    expect(await asks({ asks: { one: [yes], other: [yes] } })).toBe('holds'));
  it('is conditional if it holds under some', async () =>
    expect(await asks({ asks: { one: [yes], other: [yes, no] } })).toBe('conditional'));
  it('is refuted if it holds under none', async () =>
    expect(await asks({ asks: { one: [no], other: [no] } })).toBe('refuted'));
  it('is undecided if a limit was hit', async () =>
    expect(await asks({ asks: { one: [no], two: [open] } })).toBe('undecided'));
  it('is undecided for a reason', async () =>
    expect(await asks(undecided('out of scope', 'Nothing of it is modelled.'))).toBe('undecided'));
});

describe('a bug', () => {
  const bug = (before: Ask[], after: Ask[]) => verdict(defineBug({ id: 'C99', claim: 'a bug', before, after }));
  it('is found if it shows before its fix alone', async () => expect(await bug([yes], [yes])).toBe('found'));
  it('is not found if it does not show', async () => expect(await bug([no], [yes])).toBe('not-found'));
  it('is not found if the fix does not help', async () => expect(await bug([yes], [no])).toBe('not-found'));
});

it('a limit leaves a case undecided', async () => {
  const small = new Explorer({ maxStates: 10 });
  const c = claim('S9.1', 'x', 'y', { asks: holds('no-warn', { design: 'v4.14', scenario: 'a=block: store a' }) });
  expect(await decide(c, small)).toMatchObject({ verdict: 'undecided', reason: 'a limit was hit' });
});

it('a run that has the steps of the changelog in its order is the same, another one is not called shorter', async () => {
  const where = { design: 'v4.0', scenario: 'a=block: load a; store a' };
  const [found] = violates('mtime-on-write', where, [/insert_pfn: set_pte_at/, /do_wp_page: .*reuse/]);
  expect((await found!.answer(new Explorer())).changelog).toBe('same');
  const [other] = violates('mtime-on-write', where, [/do_wp_page: .*reuse/, /insert_pfn: set_pte_at/]);
  expect((await other!.answer(new Explorer())).changelog).toBe('other');
});
