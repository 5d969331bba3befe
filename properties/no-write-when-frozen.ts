/** A frozen filesystem does not change: a store must not get through to it while it is frozen. */
import type { StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pte } from '../model/entries/pte.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { distinct, sharedTranslations } from './translations.ts';

interface Value {
  readonly frozen: boolean;
  /** Translations that were writable when the freeze was complete, and still are. */
  readonly before: readonly string[];
}
type Fact =
  | { readonly type: 'frozen'; readonly writable: readonly string[] }
  | { readonly type: 'thawed' }
  | { readonly type: 'not-writable'; readonly pte: string }
  | { readonly type: 'filled'; readonly pte: string; readonly from: string };

export default defineProperty({
  id: 'no-write-when-frozen',
  sentence:
    'No hw store through a shared translation while frozen unless the translation was writable before the freeze and the era does not write-protect on freeze.',
  promisedBy: '0e3b210ce172 "dax: use pfn_mkwrite to update c/mtime + freeze protection"',
  premise: 'a hw store through a shared translation while frozen, or a store that waits for the thaw',
  needs: (_design, scene) =>
    scene.threads.some((t) => t.operations.some((o) => o.name === 'freeze')) ? undefined : 'a freeze in the scenario',
  instance: (scene, design) => {
    const translations = distinct(sharedTranslations(scene));
    const shared = new Set(scene.vmas.flatMap((v) => (v.shared ? [v.id] : [])));
    const facts = (step: StepSeen): Fact[] => [
      ...kernelMarks(step.marks).flatMap((m): Fact[] => {
        if (m.type === 'copy-pte') return [{ type: 'filled', pte: m.to, from: m.from }];
        if (m.type === 'thawed') return [{ type: 'thawed' }];
        if (m.type !== 'frozen') return [];
        return [{ type: 'frozen', writable: translations.filter((t) => t.before(step)?.w).map((t) => t.id) }];
      }),
      ...translations.flatMap((t): Fact[] =>
        t.from !== undefined && step.written.includes(t.id) && t.after(step)?.w
          ? [{ type: 'filled', pte: t.id, from: t.from }]
          : [],
      ),
      ...translations.flatMap((t): Fact[] =>
        step.written.includes(t.id) && t.before(step)?.w && !t.after(step)?.w
          ? [{ type: 'not-writable', pte: t.id }]
          : [],
      ),
    ];
    const { monitor, value } = makeMonitor<Value, Fact>(
      'no-write-when-frozen',
      { frozen: false, before: [] },
      facts,
      (v, f) => {
        if (f.type === 'thawed') return { frozen: false, before: [] };
        if (f.type === 'frozen') return { frozen: true, before: f.writable };
        const others = v.before.filter((p) => p !== f.pte);
        // A TLB entry is as old as the PTE's right to write.
        if (f.type === 'filled' && v.before.includes(f.from)) return { ...v, before: [...others, f.pte].sort() };
        return { ...v, before: others };
      },
    );
    return {
      monitor,
      step: (step) => {
        const { frozen, before } = step.before(value);
        if (!frozen) return undefined;
        for (const m of kernelMarks(step.marks)) {
          if (m.type === 'trap') return true;
          // A private copy is no business of the filesystem.
          if (m.type !== 'hw-store' || !shared.has(m.vma)) continue;
          const excused = before.includes(m.via ?? pte(m.vma, m.page).id) && !design.facts.mkclean;
          return excused || violated(`${step.process} stores to ${m.page} on a frozen filesystem`);
        }
        return undefined;
      },
    };
  },
});
