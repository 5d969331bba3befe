/** Configs that a design does not have, or that are not modelled with it or with each other. */
import type { Config } from '../config.ts';
import { calls, type Rule, refused } from './rule.ts';

export const noPteSpecial: Rule = ({ id, facts }, _, config) =>
  config['pte-special'] === 'off' && facts.mixedMap === false
    ? refused(
        `${id} has no DAX without PTE_SPECIAL: its VMAs are not VM_MIXEDMAP, and vm_mixed_ok() wants a devmap or special block`,
        'Leave pte-special=off out.',
      )
    : undefined;

export const noErrors: Rule = ({ parts }, _, { errors }) =>
  errors === 'on' && parts.page_cache
    ? refused(`errors=on is not modelled for page-cache designs: their functions do not fail`, 'Leave it out.')
    : undefined;

export const noPageMkwrite: Rule = ({ id, parts }, _, config) =>
  config['page-mkwrite'] === 'off' && !parts.page_cache
    ? refused(
        `${id} is DAX, and every filesystem with DAX has ->page_mkwrite`,
        'Leave page-mkwrite=off out, or take a page-cache design.',
      )
    : undefined;

export const noFilesystem: Rule = ({ id, filesystems }, _, { fs, errors }) => {
  if (fs === 'ext4') return undefined;
  if (!filesystems?.[fs]) {
    const has = ['ext4', ...Object.keys(filesystems ?? {})];
    return refused(
      `${id} says nothing of ${fs}: that kernel's ${fs} has no DAX, or it is not modelled`,
      filesystems
        ? `It runs on ${has.join(', ')}.`
        : 'It runs on ext4. A design takes those of its base with filesystems: base.filesystems, or ...base.',
    );
  }
  return errors === 'on'
    ? refused(`errors=on is not modelled with fs=${fs}: its functions do not fail`, 'Leave one of the two out.')
    : undefined;
};

/** journal=on is jbd2's or XFS's log, under a DAX file. */
export const noJournal: Rule = (design, scenario, { fs, journal }) => {
  if (journal === 'off') {
    const commits = calls(scenario).some((o) => o.name === 'commit');
    return commits
      ? refused(
          'commit is an operation of journal=on: without it nobody waits for a commit',
          'Add --config journal=on.',
        )
      : undefined;
  }
  if (fs === 'ext2')
    return refused('ext2 has no journal: it keeps no transactions', 'Leave journal=on out, or take fs=ext4.');
  if (design.parts.page_cache) {
    return refused(
      `journal=on is not modelled for ${design.id}: handles of page-cache files, and the data that a commit writes, are left out`,
      'Take a DAX design.',
    );
  }
  return undefined;
};

/** es-cache=on is ext4's, and decides only what a lookup of a whole range answers with. */
export const noEsCache: Rule = (design, _, { fs, thp, 'es-cache': esCache }) => {
  if (esCache === 'off') return undefined;
  if (fs !== 'ext4') {
    return refused(
      `es-cache=on is of ext4: ${fs} has no extent status tree`,
      'Leave es-cache=on out, or take fs=ext4.',
    );
  }
  if (thp === 'off') {
    return refused(
      'es-cache=on needs thp=on: a lookup of one page is answered alike with and without the cache',
      'Add --config thp=on, or leave es-cache=on out.',
    );
  }
  if (!design.parts.es_cache) {
    return refused(
      `es-cache=on is not modelled for ${design.id}: the cache of extents was read in 5.10 and later`,
      'Leave it out, or take v5.10, v6.1, v6.12 or v7.2.',
    );
  }
  return undefined;
};

/** Settings that are not modelled together with huge pages. */
const NOT_WITH_THP: Readonly<Partial<Record<keyof Config, readonly string[]>>> = {
  'pte-special': ['off'],
  tlb: ['on'],
  errors: ['on'],
};

export const noThp: Rule = (design, _, config) => {
  if (config.thp === 'off') return undefined;
  if (design.parts.huge_fault === null) {
    return refused(
      `${design.id} has no PMD faults: that kernel has none for DAX, or they are not modelled`,
      'Leave thp=on out.',
    );
  }
  if (config.fs === 'ext2') {
    return refused(
      'ext2 has no PMD faults: ext2_dax_vm_ops has no ->huge_fault',
      'Leave thp=on out: with it nothing would be another. Or take fs=ext4 or fs=xfs.',
    );
  }
  for (const [name, values] of Object.entries(NOT_WITH_THP)) {
    const value = config[name as keyof Config];
    if (values.includes(value))
      return refused(`thp=on is not modelled with ${name}=${value}`, 'Leave one of the two out.');
  }
  return undefined;
};
