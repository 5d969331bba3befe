/** `npm run races`: holds every recorded race beside the design of its kernel, and stores what came of it. */
import { judgeRaces, recordedRaces, storeJudged } from './races.ts';

/** Parts of the names of tables; none: all. */
const only = process.argv.slice(2);

for (const { name, table } of recordedRaces()) {
  if (only.length > 0 && !only.some((o) => name.includes(o))) continue;
  const judged = await judgeRaces(name, table);
  storeJudged(judged);
  const { runs, outcomes, allowed, attempted, differences } = judged;
  console.log(
    `${name}: ${runs} runs, ${outcomes} outcomes, ${allowed} that the model allows, ${attempted} of them with thp=on`,
  );
  for (const d of differences) console.log(`  ${d}`);
  if (differences.length > 0) process.exitCode = 1;
}
