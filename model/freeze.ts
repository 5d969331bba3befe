/** What of a freeze a scenario can show: fs/super.c. */
import type { Scene } from './scene.ts';

/** Calls that vfs_truncate(), vfs_fallocate() and vfs_write() put under sb_start_write(). */
const WRITERS = ['truncate', 'punch', 'fallocate', 'zero', 'write'];

const some = ({ threads }: Scene, is: (name: string) => boolean): boolean =>
  threads.some(({ operations }) => operations.some(({ name }) => is(name)));

/** Whether something freezes the filesystem: else nobody ever waits for a thaw. */
export const freezes = (scene: Scene): boolean => some(scene, (name) => name === 'freeze');

/** Whether the operation counts at the level of writers (SB_FREEZE_WRITE), where something freezes. */
export const startsWrite = (scene: Scene, operation: string): boolean => WRITERS.includes(operation) && freezes(scene);

/** Whether SB_FREEZE_WRITE has somebody to wait for. */
export const freezesWriters = (scene: Scene): boolean => some(scene, (name) => startsWrite(scene, name));
