/** Fixes of the kernel's history that no other test is of: what they mend is violated before, and holds after. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { looksFirst, looksUnderLock } from '../variations/page-cache-frozen-check.ts';
import { inFaults, inReads, punchesOnce } from '../variations/page-cache-invalidate-lock.ts';
import unlocksAsWriter from '../variations/v4.0-cow-unlocks-as-writer.ts';
import handleFirst from '../variations/v4.1-handle-first.ts';
import cowUnlocked from '../variations/v4.9-cow-unlocked.ts';
import searchesOnce from '../variations/v4.9-searches-once.ts';
import zeroesTwice from '../variations/v4.12-zeroes-twice.ts';
import copiesAgain from '../variations/v4.14-copies-again.ts';
import ext2TellsNothing from '../variations/v4.14-ext2-tells-of-no-new-block.ts';
import loadsAsStores from '../variations/v4.14-xfs-loads-as-stores.ts';
import ownPfnMkwrite from '../variations/v5.10-xfs-own-pfn_mkwrite.ts';
import { endsOf } from './ask.ts';

/** The steps of the shortest run that violates a property, or the verdict. */
async function asked(design: string | Design, scenario: string, settings: string, property: string) {
  const loaded = typeof design === 'string' ? await loadDesign(design) : design;
  const config = parseConfig(settings === '' ? [] : settings.split(' '));
  const run = await verify(loaded, scenario, { config, properties: [property] });
  return run.properties[0]!.trace?.length ?? run.properties[0]!.verdict;
}

describe('a6abc2c0e77b (4.10) "dax: make cache flushing protected by entry lock"', () => {
  const scenario = 'a=block: store a; fsync || load a';

  it('an entry that a fault has locked since fsync found it is skipped, and its store is on no media', async () => {
    expect(await asked(searchesOnce, scenario, '', 'fsync-durable')).toBe(43);
  });

  it('an fsync of 4.9 finds it again, as it begins anew after each batch', async () => {
    expect(await asked('v4.9', scenario, '', 'fsync-durable')).toBe('holds');
    expect(await asked('v4.9', 'a=block: store a; fsync || [mm2] store a', '', 'fsync-durable')).toBe('holds');
    expect(await asked('v4.12', scenario, '', 'fsync-durable')).toBe('holds');
  });

  it('an msync of a part does not, if its batch goes on to an index behind the part: its search is over then', async () => {
    const parts = 'a=block, b=block: [maps=a] store a; msync || [mm2 maps=b] store b; msync || [mm3 maps=a] load a';
    expect(await asked('v4.9', parts, '', 'fsync-durable')).toBe(83);
    expect(await asked('v4.12', parts, '', 'fsync-durable')).toBe('holds');
  });
});

describe('5726b27b09cc (4.4) "ext2: Add locking for DAX faults"', () => {
  const scenario = 'a=block: load a || truncate a; write a';

  it.each(['v4.0', 'v4.1-pfn-mkwrite'])(
    '%s: a fault maps a block that truncate has freed, if the file has grown again when it looks at i_size',
    async (id) => {
      expect(await asked(id, scenario, 'fs=ext2 block-reuse=none', 'no-freed-block-mapped')).toBe(29);
      expect(await asked(id, scenario, 'fs=ext2 block-reuse=foreign', 'no-stale-read')).toBe(32);
    },
  );

  it('with dax_sem it does not', async () => {
    expect(await asked('v4.9', scenario, 'fs=ext2 block-reuse=none', 'no-freed-block-mapped')).toBe('holds');
    expect(await asked('v4.9', scenario, 'fs=ext2 block-reuse=foreign', 'no-stale-read')).toBe('holds');
  });
});

describe('e568df6b84ff (4.10) "ext2: Return BH_New buffers for zeroed blocks"', () => {
  const scenario = 'a=hole: load a || write a';

  it('write(2) leaves the zero page of a hole mapped over its block', async () => {
    expect(await asked(ext2TellsNothing, scenario, 'fs=ext2', 'no-stale-read')).toBe(21);
    expect(await asked('v4.14', scenario, 'fs=ext2', 'no-stale-read')).toBe('holds');
  });
});

describe('c3e5ea6ee574 (5.6) "mm: avoid data corruption on CoW fault into PFN-mapped VMA"', () => {
  const scenario = 'a=block: [private] write a; load a; store a || [private] dontneed a; load a';
  /** What the private copies hold in the ends, as far as they hold the store. */
  const copies = async (design: string | Design) => {
    const ends = await endsOf(design, scenario);
    const held = ends.flatMap((e) =>
      Object.entries(e).flatMap(([id, { context }]) => (id.startsWith('anon.') ? [context.mem as string[]] : [])),
    );
    return new Set(held.filter((c) => c.includes('T0.store0')).map((c) => c.join()));
  };

  it('a private copy is made of zeros, if the PTE goes and comes back round the copying; no property is of that', async () => {
    expect(await copies('v4.14')).toEqual(new Set(['T0.store0,T0.write0', 'T0.store0']));
    expect(await copies(copiesAgain)).toEqual(new Set(['T0.store0,T0.write0']));
    expect(await copies('v5.10')).toEqual(new Set(['T0.store0,T0.write0']));
  });
});

describe('01a33b4ace68 (4.3) "ext4: start transaction before calling into DAX"', () => {
  const scenario = 'a=hole: load a; store a || punch a || commit';

  it('who has a hole page locked waits for a handle, and punch, with its own, for the page', async () => {
    expect(await asked('v4.0', scenario, 'journal=on', 'no-deadlock')).toBe(39);
    expect(await asked('v4.1-pfn-mkwrite', scenario, 'journal=on', 'no-deadlock')).toBe(39);
    expect(await asked(handleFirst, scenario, 'journal=on', 'no-deadlock')).toBe('holds');
  });
});

describe('4f8caa60a5a1 (4.12) "ext4: fix data corruption with EXT4_GET_BLOCKS_ZERO"', () => {
  const scenario = 'a=unwritten: store a || write a';

  it('a fault zeroes a block that write(2) has found written and copied into', async () => {
    expect(await asked(zeroesTwice, scenario, '', 'no-stale-read')).toBe(41);
    expect(await asked('v4.12', scenario, '', 'no-stale-read')).toBe('holds');
  });

  it('4.9 holds: its ext4_dax_get_block() zeroes before it converts', async () => {
    expect(await asked('v4.9', scenario, '', 'no-stale-read')).toBe('holds');
  });
});

describe('957ac8c421ad (4.16, 4.14.y) "dax: fix PMD faults on zero-length files"', () => {
  it.each(['v4.12', 'zero-page-v2', 'zero-page-v3'])(
    '%s: nothing lies beyond an empty file, whose last page is (0 - 1) >> PAGE_SHIFT',
    async (id) => {
      expect(await asked(id, 'a=hole: truncate a; load a', 'thp=on', 'no-mapping-beyond-eof')).toBe(31);
      expect(await asked(id, 'a=hole: truncate a; store a', 'thp=on', 'no-mapping-beyond-eof')).toBe(34);
      expect(await asked(id, 'a=block: load a || truncate a', 'thp=on', 'no-mapping-beyond-eof')).toBe(31);
    },
  );

  it.each(['v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2'])('%s: SIGBUS', async (id) => {
    expect(await asked(id, 'a=hole: truncate a; store a', 'thp=on', 'no-mapping-beyond-eof')).toBe('holds');
    expect(await asked(id, 'a=block: load a || truncate a', 'thp=on', 'no-mapping-beyond-eof')).toBe('holds');
  });
});

describe('fd96b8da68d3 (4.14, ext4), b17164e258e3, 1ef6ea0efe8e (5.9, XFS, ext2) "don\'t update mtime on COW faults"', () => {
  const scenario = 'a=block: [private] store a || [mm2] load a';
  const spurious = (id: string, fs: string) => asked(id, scenario, `fs=${fs}`, 'no-spurious-mtime');

  it.each([
    ['v4.0', 'ext4'],
    ['v4.12', 'ext4'],
    ['v4.12', 'xfs'],
    ['v4.14', 'xfs'],
    ['v4.14', 'ext2'],
  ])('%s, %s: a private store updates the times of the file', async (id, fs) => {
    expect(await spurious(id, fs)).toBe(6);
  });

  it.each([
    ['v4.14', 'ext4'],
    ['v5.10', 'xfs'],
    ['v5.10', 'ext2'],
    ['v7.2', 'xfs'],
  ])('%s, %s: it does not, and no load does', async (id, fs) => {
    expect(await spurious(id, fs)).toBe('holds');
  });
});

describe('4.4 "xfs: xfs_filemap_pmd_fault treats read faults as write faults"', () => {
  it('a load updates the times of the file', async () => {
    expect(await asked(loadsAsStores, 'a=block: load a', 'fs=xfs thp=on', 'no-spurious-mtime')).toBe(5);
    expect(await asked('v4.14', 'a=block: load a', 'fs=xfs thp=on', 'no-spurious-mtime')).toBe('holds');
  });
});

describe('4.15 "xfs: Implement xfs_filemap_pfn_mkwrite() using __xfs_filemap_fault()"', () => {
  const scenario = 'a=hole: [sync] load a; store a';

  it('a handler that gives no place for the pfn of a synchronous fault ends it with SIGBUS, and a warning', async () => {
    expect(await asked(ownPfnMkwrite, scenario, 'fs=xfs', 'no-spurious-sigbus')).toBe(34);
    expect(await asked(ownPfnMkwrite, scenario, 'fs=xfs', 'no-warn')).toBe(31);
    expect(await asked('v5.10', scenario, 'fs=xfs', 'no-spurious-sigbus')).toBe('holds');
    expect(await asked('v5.10', scenario, 'fs=xfs', 'no-warn')).toBe('holds');
  });
});

describe('0df9d41ab5d4 (4.4) "mm, dax: fix DAX deadlocks (COW fault)"', () => {
  const scenario = 'a=hole: [private] store a || load a; store a';

  it('a lock that is given back as the other kind is never free again', async () => {
    expect(await asked(unlocksAsWriter, 'a=block: [private] store a', '', 'lock-discipline')).toBe(17);
    expect(await asked(unlocksAsWriter, scenario, '', 'no-deadlock')).toBe(45);
    expect(await asked('v4.0', 'a=block: [private] store a', '', 'lock-discipline')).toBe('holds');
    expect(await asked('v4.0', scenario, '', 'no-deadlock')).toBe('holds');
  });
});

describe('bc2466e42573 (4.7) "dax: Use radix tree entry lock to protect cow faults"', () => {
  const scenario = 'a=block: [private] store a || truncate a';

  it('a private copy is mapped behind the end of the file, which a truncate has cut since it was made', async () => {
    expect(await asked(cowUnlocked, scenario, '', 'no-mapping-beyond-eof')).toBe(32);
    expect(await asked('v4.9', scenario, '', 'no-mapping-beyond-eof')).toBe('holds');
  });
});

describe('ea13a86463fd (3.0) "vfs: Block mmapped writes while the fs is frozen"', () => {
  const scenario = 'a=block: load a; store a || freeze';

  it('who looks before the page is dirty and locked stores on a frozen filesystem', async () => {
    expect(await asked(looksFirst, scenario, '', 'no-write-when-frozen')).toBe(42);
    expect(await asked(looksUnderLock, scenario, '', 'no-write-when-frozen')).toBe('holds');
    expect(await asked(looksUnderLock, scenario, '', 'no-deadlock')).toBe('holds');
  });
});

describe('ea3d7209ca01 (4.5), 730633f0b7f9 (5.15): who reads a page in while punch is between emptying the cache and freeing', () => {
  const faulted = 'a=block: write a; fsync; punch a; load a || load a';
  const read = 'a=block: write a; fsync; punch a; load a || read a';

  it('leaves the old block in the cache, by a fault or by read(2)', async () => {
    expect(await asked(punchesOnce, faulted, '', 'no-stale-read')).toBe(61);
    expect(await asked(inFaults, faulted, '', 'no-stale-read')).toBe('holds');
    expect(await asked(inFaults, read, '', 'no-stale-read')).toBe(53);
    expect(await asked(inReads, read, '', 'no-stale-read')).toBe('holds');
    expect(await asked(inReads, read, '', 'no-deadlock')).toBe('holds');
  });
});
