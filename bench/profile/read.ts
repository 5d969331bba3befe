/** Sampling profiles as `node --cpu-prof` writes them: one file for each thread. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, PARTS } from './parts.ts';

/** What of a file is used. Times are microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly startTime: number;
  /** By sample: the node that was running. */
  readonly samples: readonly number[];
  /** By sample: microseconds since the one before. */
  readonly timeDeltas: readonly number[];
}

/** Microseconds of the monotonic clock. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Shares of the time of all threads, by title of the part; they add up to 1. */
export type Shares = ReadonlyMap<string, number>;

export const readProfiles = (folder: string): CpuProfile[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile);

/** @param threads how many there are at the end: one that has not begun waits */
export function sharesOf(profiles: readonly CpuProfile[], window: Window, threads: number): Shares {
  const total = (window.to - window.from) * threads;
  const spent = new Map<string, number>(PARTS.map(({ title }) => [title, 0]));
  const add = (title: string, micros: number): unknown => spent.set(title, spent.get(title)! + micros);
  let sampled = 0;
  for (const profile of profiles) {
    const titles = new Map(profile.nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
    let at = profile.startTime;
    for (const [i, node] of profile.samples.entries()) {
      const before = at;
      at += profile.timeDeltas[i]!;
      // A sample says what ran until it was taken.
      const micros = Math.min(at, window.to) - Math.max(before, window.from);
      if (micros <= 0) continue;
      add(titles.get(node)!, micros);
      sampled += micros;
    }
  }
  if (sampled < total) add('waiting', total - sampled);
  const all = Math.max(sampled, total);
  return new Map([...spent].map(([title, micros]) => [title, micros / all]));
}

const partOf = (frame: Frame): string => PARTS.find((p) => p.has(frame))!.title;
