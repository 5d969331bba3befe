/** How threads begin and end: a forked one waits for its birth, and one that is gone leaves its address space behind. */
import { type Act, otherwise, type StateConfig, step, type Target, wait, when } from '../explorer/chart.ts';
import { lifeOf, mm } from './entries/mm.ts';
import type { Scene, SceneThread } from './scene.ts';
import { LOCAL } from './sections.ts';
import { V40 } from './sources.ts';

/** Whether it matters who uses the address space: a forked thread begins with it, and the last one to exit ends it. */
export const followsUsers = (scene: Scene, mmId: string): boolean =>
  scene.threads.some((t) => t.mm === mmId && (t.parent !== undefined || t.operations.some((o) => o.name === 'exit')));

/** Whether anything has to be done when the thread is killed or exits. */
export const leavesSomething = (scene: Scene, thread: SceneThread): boolean =>
  followsUsers(scene, thread.mm) || childrenOf(scene, thread).length > 0;

const childrenOf = (scene: Scene, thread: SceneThread): readonly SceneThread[] =>
  scene.threads.filter((t) => t.parent === thread.id);

/** A forked thread begins when fork() is over; it never does if the parent ends before. */
export const birth = (thread: SceneThread, begin: Target, end: Target): StateConfig => ({
  ...wait(
    LOCAL,
    'ret_from_fork',
    V40.entry,
    () => ({ what: `fork() of ${thread.parent}`, owners: [thread.parent!] }),
    when((s) => s.read(mm(thread.mm), lifeOf) === 'begun', begin, `${thread.id} begins`),
    when((s) => s.read(mm(thread.mm), lifeOf) === 'stillborn', end, 'never begins'),
  ),
  id: `${thread.id}/ret_from_fork`,
});

/** The thread is gone: its forks that are still to come never happen. A signal leaves the address space as it is. */
export const doExit = (scene: Scene, thread: SceneThread, end: Target): StateConfig => ({
  ...step(
    LOCAL,
    'do_exit',
    V40.exit,
    otherwise(end, 'the thread is gone', (s) => {
      if (followsUsers(scene, thread.mm) && s.read(mm(thread.mm)).users.includes(thread.id))
        s.send(mm(thread.mm), { type: 'LEAVE', who: thread.id });
      for (const c of childrenOf(scene, thread)) neverBorn(s, scene, c);
    }),
  ),
  id: `${thread.id}/do_exit`,
});

function neverBorn(s: Act, scene: Scene, thread: SceneThread): void {
  if (s.read(mm(thread.mm), lifeOf) !== 'unborn') return;
  s.send(mm(thread.mm), { type: 'NEVER' });
  for (const c of childrenOf(scene, thread)) neverBorn(s, scene, c);
}
