/** Designs of a reviewer's kind: an order, a lock or a wait changed, with the verdict that was expected before they were run. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import v510 from '../../model/designs/v5.10.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import {
  fsyncExcludesFaults,
  invalidatesFirst,
  layoutsStayMapped,
  mkwriteLocksMm,
  sizeLast,
  triesLock,
  unlocksFirst,
} from '../variations/reviewed.ts';
import cowKeepsCopy from '../variations/v4.14-cow-keeps-copy.ts';
import { flushesOnce } from '../variations/v4.14-flushes-tlb-once.ts';
import forkLinksLate from '../variations/v4.14-fork-links-late.ts';
import { mprotectLocksNoVma, munmapLocksNoVma } from '../variations/v6.12-locks-no-vma.ts';
import { dropsFaultLock, loadsLockNothing, tagsLast, timesFirst } from '../variations/write-faults.ts';

/** What is violated, by property: the length of the shortest run. */
async function violated(design: string | Design, scenario: string, settings = '') {
  const loaded = typeof design === 'string' ? await loadDesign(design) : design;
  const config = parseConfig(settings === '' ? [] : settings.split(' '));
  const run = await verify(loaded, scenario, { config });
  return Object.fromEntries(run.properties.flatMap((p) => (p.trace ? [[p.id, p.trace.length]] : [])));
}

describe('the entry is unlocked before the PTE is set', () => {
  it('fsync cleans the entry in between', async () => {
    expect(await violated(unlocksFirst(v510), 'a=block: store a || fsync')).toEqual({ 'writable-implies-dirty': 20 });
    expect(await violated(unlocksFirst(v414), 'a=block: store a || fsync')).toEqual({ 'writable-implies-dirty': 22 });
  });

  it('write(2) or a store allocates in between, and the zero page is mapped after', async () => {
    expect(await violated(unlocksFirst(v510), 'a=hole: load a || write a')).toEqual({ 'no-stale-read': 23 });
    expect(await violated(unlocksFirst(v510), 'a=hole: load a || [mm2] store a')).toEqual({ 'no-stale-read': 33 });
  });

  it('truncate is kept away by the fault lock; so is punch, but for the write-back that it begins with', async () => {
    expect(await violated(unlocksFirst(v510), 'a=block: store a || truncate a')).toEqual({});
    expect(await violated(unlocksFirst(v510), 'a=block: store a || punch a')).toEqual({ 'writable-implies-dirty': 21 });
  });
});

describe('a fault that finds the entry locked gives up and begins anew', () => {
  it('changes no verdict', async () => {
    for (const scenario of [
      'a=block: load a; store a || load a; store a',
      'a=hole: store a || write a',
      'a=hole: load a; store a || [mm2] load a; store a',
      'a=block: store a || punch a',
    ]) {
      expect(await violated(triesLock, scenario)).toEqual(await violated('v5.10', scenario));
      expect(await violated(triesLock, scenario)).toEqual({});
    }
  });
});

describe('->pfn_mkwrite takes mmap_lock for writing', () => {
  it('the fault holds it for reading', async () => {
    expect(await violated(mkwriteLocksMm, 'a=block: load a; store a')).toEqual({ 'no-deadlock': 19 });
  });
});

describe('write(2) invalidates before ->iomap_begin()', () => {
  it('a load maps the zero page behind it', async () => {
    expect(await violated(invalidatesFirst, 'a=hole: load a || write a')).toEqual({ 'no-stale-read': 22 });
  });
});

describe('truncate of 4.0 sets i_size last', () => {
  it('a fault that has looked at i_size maps the block that is freed', async () => {
    for (const [scenario, steps] of [
      ['a=block: load a || truncate a', 19],
      ['a=block: store a || truncate a', 21],
    ] as const) {
      expect(await violated(sizeLast, scenario)).toMatchObject({ 'no-freed-block-mapped': steps });
      expect(await violated('v4.0', scenario)).not.toHaveProperty('no-freed-block-mapped');
    }
  });
});

describe('fsync holds the fault lock for writing', () => {
  const excludes = fsyncExcludesFaults(v510);

  it('no entry is locked when it comes to it', async () => {
    expect(await violated('v5.10', 'a=block: store a; fsync || store a; fsync')).toHaveProperty('fsync-durable');
    expect(await violated(excludes, 'a=block: store a; fsync || store a; fsync')).toEqual({});
  });

  it('a synchronous fault calls it with the lock held for reading', async () => {
    expect(await violated(excludes, 'a=hole: [sync] store a')).toHaveProperty('no-deadlock');
    expect(await violated(excludes, 'a=hole: [sync] store a', 'fs=xfs')).toEqual({});
    expect(await violated('v5.10', 'a=hole: [sync] store a')).toEqual({});
  });
});

describe('fsync flushes the TLBs once for all PTEs of an entry', () => {
  const scenario = 'a=block: store a; store a || fsync; fsync';

  it('changes nothing where that is before the CPU cache is flushed', async () => {
    expect(await violated(flushesOnce(false), scenario, 'tlb=on')).toEqual({});
    expect(await violated('v4.14', scenario, 'tlb=on')).toEqual({});
  });

  it('loses a store where it is after', async () => {
    expect(await violated(flushesOnce(true), scenario, 'tlb=on')).toEqual({
      'fsync-durable': 35,
      'writable-implies-dirty': 26,
    });
  });
});

describe('a call that changes a VMA does not lock it', () => {
  it('munmap: a fault under the lock of its VMA maps the page behind it, where it may call the filesystem', async () => {
    expect(await violated(munmapLocksNoVma, 'a=block: load a || munmap a', 'fs=xfs')).toEqual({
      'no-mapping-after-munmap': 18,
    });
    expect(await violated(munmapLocksNoVma, 'a=block: load a || munmap a')).toEqual({});
  });

  it('mprotect: the PTE is writable in a VMA that is not; a private copy on every filesystem', async () => {
    const own = 'a=block: [private] load a; store a || [private] mprotect ro';
    expect(await violated(mprotectLocksNoVma, 'a=block: store a || mprotect ro', 'fs=xfs')).toEqual({
      'no-writable-after-mprotect': 21,
    });
    expect(await violated(mprotectLocksNoVma, 'a=block: store a || mprotect ro')).toEqual({});
    expect(await violated(mprotectLocksNoVma, own)).toEqual({ 'no-writable-after-mprotect': 34 });
    for (const fs of ['fs=ext4', 'fs=xfs']) {
      expect(await violated('v6.12', 'a=block: store a || mprotect ro', fs)).toEqual({});
      expect(await violated('v6.12', own, fs)).toEqual({});
    }
  });
});

describe("fork puts the child's VMA into the file's tree behind the copying", () => {
  it('a walk that comes before misses the PTEs that are there by then', async () => {
    for (const [scenario, property] of [
      ['a=block: load a; fork || truncate a', 'no-freed-block-mapped'],
      ['a=block: load a; fork || punch a', 'no-freed-block-mapped'],
      ['a=block: store a; fork; store a || fsync', 'writable-implies-dirty'],
      ['a=hole: load a; fork || write a', 'no-stale-read'],
    ] as const) {
      for (const settings of ['', 'tlb=on']) {
        expect(await violated(forkLinksLate, scenario, settings)).toHaveProperty(property);
        expect(await violated('v4.14', scenario, settings)).toEqual({});
      }
    }
  });
});

describe('layouts are broken without unmapping the file', () => {
  it('a page is pinned through its PTE behind the look at the pins', async () => {
    const scenario = 'a=block: pin a || truncate a';
    expect(await violated(layoutsStayMapped, scenario)).toMatchObject({ 'no-freed-block-pinned': 29, 'no-warn': 25 });
    const whole = await violated('v5.10', scenario);
    expect(whole).not.toHaveProperty('no-freed-block-pinned');
    expect(whole).not.toHaveProperty('no-warn');
  });
});

describe('a store sets DIRTY behind the PTE, with the entry still locked', () => {
  it('fsync finds nothing to wait for while another thread stores through that PTE', async () => {
    const scenario = 'a=block: store a || store a; fsync';
    expect(await violated(tagsLast, scenario)).toEqual({ 'fsync-durable': 17, 'writable-implies-dirty': 12 });
    expect(await violated('v4.14', scenario)).toEqual({});
  });

  it('such a PTE stays writable over the fsync, so that later stores update no times', async () => {
    const scenario = 'a=block: store a; fsync || store a; fsync';
    expect(await violated(tagsLast, scenario)).toHaveProperty('mtime-by-msync');
    expect(await violated('v4.14', scenario)).not.toHaveProperty('mtime-by-msync');
  });
});

describe('the times are updated before sb_start_pagefault()', () => {
  const scenario = 'a=block: load a; store a || freeze';

  it('ext4 starts a transaction on the frozen filesystem; the store waits all the same', async () => {
    expect(await violated(timesFirst, scenario)).toEqual({ 'no-warn': 26 });
    expect(await violated('v4.14', scenario)).toEqual({});
  });

  it('it is a change of ext4 alone', async () => {
    expect(await violated(timesFirst, scenario, 'fs=xfs')).toEqual({});
  });
});

describe('the entry is locked by stores only', () => {
  it('a load maps the zero page behind write(2), or behind a store in another address space', async () => {
    expect(await violated(loadsLockNothing, 'a=hole: load a || write a')).toEqual({ 'no-stale-read': 18 });
    expect(await violated(loadsLockNothing, 'a=hole: load a || [mm2] store a')).toEqual({ 'no-stale-read': 29 });
  });

  it('a store then meets it, and goes round for ever', async () => {
    expect(await violated(loadsLockNothing, 'a=hole: load a; store a || [mm2] store a')).toEqual({
      'no-stale-read': 29,
      'no-warn': 36,
      'store-completes': 46,
    });
  });

  it.each(['load a; store a || truncate a', 'load a || punch a', 'load a; store a || fsync'])(
    'a block is kept by the fault lock: %s',
    async (threads) => {
      expect(await violated(loadsLockNothing, `a=block: ${threads}`)).toEqual({});
    },
  );
});

describe('the fault lock is given back before the PTE is set', () => {
  it('truncate waits for the entry, and unmaps again; until then the PTE is writable without an entry', async () => {
    expect(await violated(dropsFaultLock, 'a=block: load a || truncate a')).toEqual({});
    expect(await violated(dropsFaultLock, 'a=block: store a || truncate a')).toEqual({ 'writable-implies-dirty': 20 });
  });

  it('punch does not unmap again', async () => {
    expect(await violated(dropsFaultLock, 'a=block: load a || punch a')).toEqual({ 'no-freed-block-mapped': 22 });
    expect(await violated(dropsFaultLock, 'a=block: store a || punch a')).toMatchObject({
      'no-freed-block-mapped': 24,
      'no-stale-read': 30,
      'writable-implies-dirty': 21,
    });
  });

  it.each(['a=block: load a || punch a', 'a=block: store a || punch a', 'a=block: store a || truncate a'])(
    'v4.14: %s',
    async (scenario) => {
      expect(await violated('v4.14', scenario)).toEqual({});
    },
  );
});

describe('a private store whose PTE was taken meanwhile does not give its copy back', () => {
  const scenario = 'a=block: [private] store a || [private] store a';
  it('nobody has the page', async () => {
    expect(await violated(cowKeepsCopy, scenario)).toEqual({ 'rss-balance': 31 });
    expect(await violated('v4.14', scenario)).toEqual({});
  });
});
