/**
 * Whether metadata is journalled: ext4 starts a handle, XFS a transaction, ext2 has neither. With journal=on handles wait as
 * jbd2's do: none is started while the running transaction is locked, and a commit waits for those that are open. A transaction of
 * XFS is over within its step: the log has it whole or not at all, and no checkpoint waits for one.
 */
import {
  type Act,
  type Alternative,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  type StepMeta,
  step,
  type Target,
  wait,
  when,
} from '../explorer/chart.ts';
import { selector } from '../explorer/component.ts';
import { type Freeze, freezeProtection } from './entries/freeze.ts';
import { journal } from './entries/journal.ts';
import { freezes } from './freeze.ts';
import type { Here } from './here.ts';
import { mark } from './marks.ts';
import type { Scene } from './scene.ts';
import { LOCK } from './sections.ts';

const isComplete = selector('complete', (f: Freeze) => f.complete);

/**
 * Counts the start of a handle, or a transaction of XFS, which logs the inode (ili_commit_seq). ext4 warns of one on a filesystem that is frozen:
 * ext4_journal_check_start(), fs/ext4/ext4_jbd2.c.
 */
export function startJournal(s: Act, here: Here): void {
  const { fs } = here.scene.config;
  if (fs === 'ext4' && freezes(here.scene) && s.read(freezeProtection, isComplete))
    s.mark(mark({ type: 'warn', site: 'ext4_journal_check_start: frozen == SB_FREEZE_COMPLETE' }));
  if (fs !== 'ext2') s.mark(mark({ type: 'journal-start' }));
  if (fs === 'xfs' && journalOn(here.scene)) s.send(journal, { type: 'INODE' });
}

/** Whether handles of the journal are held and waited for: the config journal=on. */
export const journalOn = (scene: Scene): boolean => scene.config.journal === 'on';

/** Who has a handle gets another one at once: it is the same. */
const granted = (s: Look, here: Here): boolean => {
  const { committing, handles } = s.read(journal);
  return committing === null || handles.includes(here.me);
};

const blocked = (s: Look) => {
  const { committing } = s.read(journal);
  return { what: 'journal', owners: committing === null ? [] : [committing] };
};

/**
 * A step that starts a handle and stops it again: it has to wait for a commit.
 * @param needed whether it starts one at all; absent: it does
 */
export function underHandle(here: Here, state: StateConfig, needed: (s: Look) => boolean = () => true): StateConfig {
  if (!journalOn(here.scene) || here.scene.config.fs === 'xfs') return state;
  const { meta, on, id } = state as { meta: StepMeta; on: { STEP: Built[] }; id?: string };
  const alternatives = on.STEP.map(({ meta: { alternative: a } }) => ({
    ...a,
    guard: (s: Look) => (!needed(s) || granted(s, here)) && (a.guard?.(s) ?? true),
    effect: (s: Act) => {
      const changes = needed(s);
      a.effect?.(s);
      if (changes) s.send(journal, { type: 'INODE' });
    },
  }));
  return { ...wait(meta.section!, meta.fn, meta.src, blocked, ...alternatives), ...(id !== undefined && { id }) };
}
interface Built {
  readonly meta: { readonly alternative: Alternative };
}

/**
 * ext4_journal_start() of a handle that stays open; a state of its own, with journal=on only.
 * @param failures the alternatives with which there is none: first, as nobody waits for a handle of an aborted journal
 */
export const startHandle = (
  here: Here,
  fn: string,
  src: Source,
  to: Target,
  failures: readonly Alternative[] = [],
): StateConfig =>
  wait(
    LOCK,
    fn,
    src,
    blocked,
    ...failures,
    when(
      (s) => granted(s, here),
      to,
      'ext4_journal_start()',
      (s) => s.send(journal, { type: 'START', who: here.me }),
    ),
  );

/** ext4_journal_stop() of a handle that stayed open. */
export const stopHandle = (here: Here, fn: string, src: Source, to: Target): StateConfig =>
  step(
    LOCK,
    fn,
    src,
    otherwise(to, 'ext4_journal_stop()', (s) => s.send(journal, { type: 'STOP', who: here.me })),
  );
