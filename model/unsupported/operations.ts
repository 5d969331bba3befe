/** Operations that a design or a filesystem does not have, or that are not modelled with a config. */
import { onFilesystem } from '../filesystem.ts';
import type { IomapParts } from '../parts.ts';
import { calls, type Rule, refused } from './rule.ts';

export const noPins: Rule = ({ id, facts }, scenario, { thp }) => {
  const pin = calls(scenario).find((o) => o.name === 'pin' || o.name === 'unpin');
  if (!pin) return undefined;
  if (thp === 'on') return refused(`${pin.name} is not modelled with thp=on`, 'Leave one of the two out.');
  return facts.pins
    ? undefined
    : refused(`${id} has no ${pin.name}: pins are modelled since 4.14`, `Leave ${pin.name} out of the scenario.`);
};

/** Where one write(2) of several pages is not modelled. */
export const noSeveral: Rule = (design, scenario, { fs, errors }) => {
  const write = calls(scenario).find((o) => o.pages);
  if (!write) return undefined;
  const text = `write ${write.pages!.join('+')}`;
  const mend = `Write ${write.pages!.map((p) => `write ${p}`).join('; ')}: one call for each page.`;
  if (!onFilesystem(design, fs).parts.write_pages) {
    return refused(
      `${text} is not modelled for ${design.id} on ${fs}: one write(2) of several pages is since 4.12, of DAX`,
      mend,
    );
  }
  if (errors === 'on') {
    return refused(`${text} is not modelled with errors=on: a write(2) that fails after the first page`, mend);
  }
  return undefined;
};

/** What a fault within a copy of read(2) or write(2) is not modelled with. */
export const noUserBuffer: Rule = ({ id, parts }, scenario, config) => {
  const buffer = config['user-buffer'];
  if (buffer === 'present') return undefined;
  if (parts.page_cache && buffer === 'short') {
    return refused(
      `user-buffer=short is not modelled for ${id}: generic_perform_write() that copies a part of a page`,
      'Take a DAX design.',
    );
  }
  if (buffer === 'anonymous') return undefined;
  if (buffer === 'short') {
    const several = calls(scenario).find((o) => o.name === 'write' && o.pages);
    if (several) {
      return refused(
        `write ${several.pages!.join('+')} is not modelled with user-buffer=short: a write(2) that ends behind the first page`,
        'Write one page with each call.',
      );
    }
    if (config.fs === 'ext4') return undefined;
    return refused(
      `user-buffer=short is not modelled with fs=${config.fs}: a write(2) that fails behind the end of the file`,
      'Take fs=ext4.',
    );
  }
  const signals = ['truncate', 'munmap', 'mprotect', 'mremap', 'fork', 'exit'];
  const call = calls(scenario).find((o) => signals.includes(o.name));
  if (call) {
    return refused(
      `user-buffer=file is not modelled with ${call.name}: a copy that fails with EFAULT, or in a child`,
      'Take user-buffer=anonymous, or leave one of the two out.',
    );
  }
  const with_ = (['tlb', 'pte-gap', 'errors'] as const).find((name) => config[name] === 'on');
  return with_ && refused(`user-buffer=file is not modelled with ${with_}=on`, 'Leave one of the two out.');
};

/** What a write through get_user_pages() is not modelled with. */
export const noPoke: Rule = (_, scenario, config) => {
  const pokers = scenario.processes.filter((p) => p.operations.some((o) => o.name === 'poke'));
  if (pokers.length === 0) return undefined;
  if (pokers.some((p) => !p.private)) return refused('poke is modelled of private mappings', 'Write [private].');
  if (calls(scenario).some((o) => o.name === 'mprotect')) {
    return refused('poke is not modelled with mprotect', 'Leave one of the two out.');
  }
  const with_ = (['thp', 'errors', 'pte-gap'] as const).find((name) => config[name] === 'on');
  if (with_) return refused(`poke is not modelled with ${with_}=on`, 'Leave one of the two out.');
  if (config['pte-special'] === 'off') return refused('poke is not modelled with pte-special=off', 'Leave it out.');
  return undefined;
};

/** What moving a mapping is not modelled with. */
export const noMremap: Rule = (_, scenario, config) => {
  const all = calls(scenario);
  const moves = all.filter((o) => o.name === 'mremap');
  if (moves.length === 0) return undefined;
  if (moves.length > 1) return refused('mremap is modelled once in a scenario', 'Leave the others out.');
  if (scenario.processes.some((p) => p.private && p.operations.some((o) => o.name === 'mremap'))) {
    return refused('mremap is modelled of shared mappings', 'Leave [private] out.');
  }
  const other = all.find((o) => o.name === 'fork' || o.name === 'exit');
  if (other) return refused(`mremap is not modelled with ${other.name}`, 'Leave one of the two out.');
  const with_ = (['thp', 'errors'] as const).find((name) => config[name] === 'on');
  return with_ && refused(`mremap is not modelled with ${with_}=on`, 'Leave one of the two out.');
};

export const noMapSync: Rule = ({ id, parts }, scenario, { fs }) => {
  if (!scenario.processes.some((p) => p.sync)) return undefined;
  if (!(parts as Partial<IomapParts>).dax_finish_sync_fault) {
    return refused(`${id} has no MAP_SYNC: it came with 4.15`, 'Leave sync out of the scenario.');
  }
  return fs === 'ext2'
    ? refused(
        'ext2 has no MAP_SYNC: mmap(2) returns EOPNOTSUPP',
        'Leave sync out of the scenario, or take fs=ext4 or fs=xfs.',
      )
    : undefined;
};

export const noReclaim: Rule = ({ id, parts }, scenario) =>
  !parts.reclaim && calls(scenario).some((o) => o.name === 'reclaim')
    ? refused(`reclaim is not modelled for ${id}`, 'Take a page-cache design, or dropcaches.')
    : undefined;

/** What ext2 has no fallocate(2) for is said by `lacked`. */
export const noPreallocation: Rule = ({ id, parts }, scenario, { fs }) => {
  const call = calls(scenario).find((o) => (o.name === 'fallocate' || o.name === 'zero') && !parts[o.name]);
  return call && fs !== 'ext2'
    ? refused(
        `${call.name} is not modelled for ${id}: page-cache designs have no preallocation`,
        `Leave ${call.name} out of the scenario, or take a DAX design.`,
      )
    : undefined;
};
