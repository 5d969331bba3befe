/** What a call takes, it gives back before it returns. (A release by someone else is refused by the lock itself.) */
import type { Conjunct } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { entry } from '../model/entries/entry.ts';
import { freezeProtection } from '../model/entries/freeze.ts';
import { faultLock, iMmapRwsem, inodeLock, type LockRef, mmapLock, owners, sUmount } from '../model/entries/rwsem.ts';
import { defineProperty } from './define.ts';

export default defineProperty({
  id: 'lock-discipline',
  sentence: 'Every lock is released by its owner, and none is held when the operation that took it has returned.',
  promisedBy: 'Documentation/filesystems/Locking; lockdep',
  premise: 'none: never vacuous',
  instance: (scene) => {
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
