/** The report's section on what a search's time goes with. */
import { markdown, percent, power, seconds } from '../numbers.ts';
import { PARTS } from './parts.ts';
import type { Profile } from './profile.ts';

export const PROFILE_TEXT = `One more run of each search that a ratio above is about, under V8's sampling profiler (\`node --cpu-prof\`, four samples a millisecond), which
slows it down: the shares are what counts, of the time of both workers where there are two. What the kernel does for a function, as giving it memory, is in
that function's share.`;

export function profileTable(profiles: readonly Profile[]): string {
  const parts = PARTS.filter(({ title }) => profiles.some((p) => p.shares.get(title)! >= LEAST));
  const lines = profiles.map(({ task, contender, seconds: took, shares }) => [
    `${task.subject.name}${task.purpose === 'raw' ? `, ${power(task.subject)}` : ''}: ${contender.title.replace('faultline, ', '')}`,
    seconds(took),
    ...parts.map(({ title }) => percent(shares.get(title)!)),
  ]);
  const words = parts.map(({ title, what }) => `*${title}*: ${what}`).join('; ');
  return `${markdown(['', 'time', ...parts.map((p) => p.title)], lines)}\n\n${words[0]!.toUpperCase()}${words.slice(1)}.`;
}

/** A column where nothing has as much is left out. */
const LEAST = 0.005;
