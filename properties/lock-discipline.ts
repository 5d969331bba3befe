/** What a call takes, it gives back before it returns. (A release by someone else is refused by the lock itself.) */
import type { Conjunct } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pagePool } from '../model/build.ts';
import type { Design } from '../model/design.ts';
import { entry } from '../model/entries/entry.ts';
import { freezeProtection, writeProtection } from '../model/entries/freeze.ts';
import { journal } from '../model/entries/journal.ts';
import { pageLock } from '../model/entries/page-lock.ts';
import {
  faultLock,
  iMmapRwsem,
  inodeLock,
  type LockRef,
  mmapLock,
  owners,
  sUmount,
  vmaLock,
} from '../model/entries/rwsem.ts';
import { freezesWriters } from '../model/freeze.ts';
import { journalOn } from '../model/journal.ts';
import { lockedVmas } from '../model/per-vma-lock.ts';
import type { Scene } from '../model/scene.ts';
import { defineProperty } from './define.ts';

/** Those of VMAs where they are followed. */
const rwLocks = (scene: Scene, design: Design): LockRef[] => [
  ...[faultLock, inodeLock, iMmapRwsem, sUmount, ...scene.mms.map(mmapLock)],
  ...lockedVmas(design.parts, scene).map((v) => vmaLock(v.id)),
];

/** A handle is no lock, but as good as one: a commit waits for it. */
const handles: Conjunct = {
  name: journal.id,
  judge: (s) => {
    const open = s.read(journal).handles;
    return open.length === 0 || violated(`all have returned, and ${open.join(', ')} has a journal handle`);
  },
};

const pageLocks = (scene: Scene, design: Design): string[] =>
  design.parts.hole_pages ? scene.pages.flatMap(({ name }) => pagePool(scene, name)) : [];

export default defineProperty({
  id: 'lock-discipline',
  sentence: 'Every lock is released by its owner, and none is held when the operation that took it has returned.',
  promisedBy: 'Documentation/filesystems/Locking; lockdep',
  premise: 'none: never vacuous',
  instance: (scene, design) => {
    const rwsem = (ref: LockRef): Conjunct => ({
      name: ref.id,
      judge: (s) => {
        const held = owners(s.read(ref));
        return held.length === 0 || violated(`all have returned, and ${ref.id} is held by ${held.join(', ')}`);
      },
    });
    return {
      neverVacuous: true,
      quiescence: [
        ...rwLocks(scene, design).map(rwsem),
        ...(journalOn(scene) ? [handles] : []),
        ...scene.pages.map(
          ({ name }): Conjunct => ({
            name: entry(name).id,
            judge: (s) => {
              const by = s.read(entry(name)).lockedBy;
              return by === null || violated(`all have returned, and ${entry(name).id} is locked by ${by}`);
            },
          }),
        ),
        ...pageLocks(scene, design).map(
          (id): Conjunct => ({
            name: pageLock(id).id,
            judge: (s) => {
              const { owner } = s.read(pageLock(id));
              return owner === null || violated(`all have returned, and ${pageLock(id).id} is held by ${owner}`);
            },
          }),
        ),
        ...[freezeProtection, ...(freezesWriters(scene) ? [writeProtection] : [])].map(
          (level): Conjunct => ({
            name: level.id,
            judge: (s) => {
              const { holders } = s.read(level);
              return (
                holders.length === 0 || violated(`all have returned, and ${holders.join(', ')} holds freeze protection`)
              );
            },
          }),
        ),
      ],
    };
  },
});
