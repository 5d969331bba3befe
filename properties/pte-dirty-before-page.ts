/**
 * clear_page_dirty_for_io() finds dirty PTEs first and clears the page's own bit then. That is only enough if every fault
 * dirties the page after it has made the PTE writable.
 */
import type { Conjunct, StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pagePool } from '../model/build.ts';
import { hasFlag, isFreePage, page } from '../model/entries/page.ts';
import { pageLock } from '../model/entries/page-lock.ts';
import { isPage } from '../model/entries/pfn.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { pageCacheOnly } from './page-cache.ts';
import { now, ptesOf, sharedTranslations } from './translations.ts';

interface Value {
  /** By process: the page that its fault has made writable and it has not dirtied since. */
  readonly due: Readonly<Record<string, string>>;
}
interface Fact {
  readonly type: 'writable' | 'dirtied' | 'over';
  readonly who: string;
  readonly page?: string;
}

export default defineProperty({
  id: 'pte-dirty-before-page',
  sentence:
    'If page p is unlocked, a shared translation of p has w=1 and p is not dirty, then some process is between its step that made a translation of p writable and its own set_page_dirty(p). (Between K5 and K7 p is locked; the late-locking !mkwrite branch is the "some process".)',
  promisedBy:
    'mail 2014-12-02 (Weiner): "clear_page_dirty_for_io() relies on the pte to be dirtied before the page outside the page lock"',
  premise: 'a fault made a shared translation of a page-cache page writable',
  needs: pageCacheOnly,
  instance: (scene) => {
    const translations = sharedTranslations(scene);
    const ptes = ptesOf(scene).filter((t) => t.shared);
    const madeWritable = (step: StepSeen): string[] =>
      ptes.flatMap((t) => {
        if (!step.written.includes(t.id)) return [];
        const after = t.after(step);
        const made = after?.w && !t.before(step)?.w && isPage(after.pfn);
        return made ? [after.pfn] : [];
      });
    const facts = (step: StepSeen): Fact[] => {
      const who = step.process;
      const marks = kernelMarks(step.marks);
      return [
        ...madeWritable(step).map((pfn): Fact => ({ type: 'writable', who, page: pfn })),
        ...marks.flatMap((m): Fact[] => {
          if (m.type === 'set-page-dirty') return [{ type: 'dirtied', who, page: m.page }];
          // The fault is over, whether it has dirtied the page or not; mprotect and fork are no faults.
          const over = m.type === 'trap' || m.type === 'hw-store' || m.type === 'killed';
          return over ? [{ type: 'over', who }] : [];
        }),
      ];
    };
    const without = (v: Value, who: string): Value => ({
      due: Object.fromEntries(Object.entries(v.due).filter(([w]) => w !== who)),
    });
    const { monitor, value } = makeMonitor<Value, Fact>('pte-dirty-before-page', { due: {} }, facts, (v, f) => {
      if (f.type === 'writable') return { due: { ...v.due, [f.who]: f.page! } };
      return f.type === 'over' || v.due[f.who] === f.page ? without(v, f.who) : v;
    });
    const judged = (id: string, index: string): Conjunct => ({
      name: id,
      judge: (s) => {
        if (s.read(page(id), isFreePage) || s.read(page(id), hasFlag('dirty'))) return undefined;
        const writable = translations.find((t) => {
          if (t.page !== index) return false;
          const is = now(s, t);
          return is?.pfn === id && is.w;
        });
        if (!writable || s.read(pageLock(id)).owner !== null) return undefined;
        const due = Object.values(s.read(value).due).includes(id);
        return due || violated(`${writable.id} is writable, and ${id} is clean and unlocked`);
      },
    });
    return {
      monitor,
      step: (step) => (madeWritable(step).length > 0 ? true : undefined),
      states: scene.pages.flatMap(({ name }) => pagePool(scene, name).map((id) => judged(id, name))),
    };
  },
});
