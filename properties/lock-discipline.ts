/** What a call takes, it gives back before it returns. (A release by someone else is refused by the lock itself.) */
import type { Conjunct } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pagePool } from '../model/build.ts';
import type { Design } from '../model/design.ts';
import { entry } from '../model/entries/entry.ts';
import { freezeProtection } from '../model/entries/freeze.ts';
import { pageLock } from '../model/entries/page-lock.ts';
import { faultLock, iMmapRwsem, inodeLock, type LockRef, mmapLock, owners, sUmount } from '../model/entries/rwsem.ts';
import type { Scene } from '../model/scene.ts';
import { defineProperty } from './define.ts';

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
        ...[faultLock, inodeLock, iMmapRwsem, sUmount, ...scene.mms.map(mmapLock)].map(rwsem),
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
        {
          name: freezeProtection.id,
          judge: (s) => {
            const { holders } = s.read(freezeProtection);
            return (
              holders.length === 0 || violated(`all have returned, and ${holders.join(', ')} holds freeze protection`)
            );
          },
        },
      ],
    };
  },
});
