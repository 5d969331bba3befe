/** freeze_super() beside what it waits for: writers and page faults under way, and locked entries of its write-back. fs/super.c */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import v414 from '../../model/designs/v4.14.ts';
import v61 from '../../model/designs/v6.1.ts';
import { verify } from '../../verify/verify.ts';
import lockFirst from '../variations/v4.12-fault-lock-before-freeze.ts';
import insideEntry from '../variations/v4.14-freeze-inside-entry.ts';

async function asked(design: Design, scenario: string, property = 'no-deadlock') {
  const run = await verify(design, scenario, { config: parseConfig([]), properties: [property] });
  const [{ verdict, trace, damage }] = run.properties as [(typeof run.properties)[number]];
  return { verdict, steps: trace?.length, damage };
}

describe('who asks for freeze protection with a lock that the freeze needs', () => {
  it('waits for the freeze, and the freeze for him: its write-back waits for the entry that he has locked', async () => {
    const scenario = 'a=block: store a || store a || freeze';
    const run = await asked(insideEntry, scenario);
    expect(run).toMatchObject({ verdict: 'violated', steps: 33 });
    expect(run.damage).toBe(
      'deadlock: T1 waits for the end of a freeze, held by T2; T2 waits for the lock of entry.a, held by T1',
    );
    expect((await asked(v414, scenario)).verdict).toBe('holds');
  });

  it('waits for the administrator alone when the freeze is over: no deadlock', async () => {
    expect((await asked(insideEntry, 'a=block: freeze; store a || load a')).verdict).toBe('holds');
    expect((await asked(v61, 'a=block: freeze; write a || store a')).verdict).toBe('holds');
  });
});

describe('"xfs: mmap lock needs to be inside freeze protection" (4.4)', () => {
  // Whoever takes the fault lock for writing is a writer, and is waited for before page faults are stopped.
  it('the other order is no deadlock: nobody waits for the fault lock as a writer when page faults are stopped', async () => {
    const scenario = 'a=block, b=block: load a; store a || store b || punch a || freeze';
    expect((await asked(lockFirst, scenario)).verdict).toBe('holds');
    expect((await asked(v412, scenario)).verdict).toBe('holds');
  });
});

describe('writers', () => {
  it.each(['write a', 'truncate a', 'punch a', 'zero a', 'fallocate a'])(
    '%s gives back its protection, beside a freeze',
    async (call) => {
      const scenario = `a=block: ${call} || freeze; thaw || store a`;
      for (const property of ['lock-discipline', 'no-deadlock']) {
        expect((await asked(v61, scenario, property)).verdict).toBe('holds');
      }
    },
  );
});
