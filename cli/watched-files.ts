/** The contents of a few files, and which of them differ from what they were. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

interface Seen {
  /** Size and time of the last change: what is asked often. */
  readonly stamp: string;
  readonly digest: string;
}

export class WatchedFiles {
  private readonly seen = new Map<string, Seen>();

  /** @param paths absolute; the set grows only. A file that is watched already keeps what is remembered of it. */
  add(paths: readonly string[]): void {
    for (const path of paths)
      if (!this.seen.has(path)) this.seen.set(path, { stamp: stampOf(path), digest: digestOf(path) });
  }

  get paths(): readonly string[] {
    return [...this.seen.keys()];
  }

  /** Files whose contents changed since this was last asked, or that came or went. */
  changed(): string[] {
    const out: string[] = [];
    for (const [path, before] of this.seen) {
      const stamp = stampOf(path);
      if (stamp === before.stamp) continue;
      const digest = digestOf(path);
      this.seen.set(path, { stamp, digest });
      if (digest !== before.digest) out.push(path);
    }
    return out;
  }
}

const ABSENT = 'absent';

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : ABSENT;
}

function digestOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return ABSENT;
  }
}
