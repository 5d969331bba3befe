/**
 * A design on the config's filesystem. `parts` of a design are mm/, fs/dax.c and ext4; what another filesystem has in place
 * of ext4's functions is a layer over them. The layer decides: a design that replaces a part of mm/ or fs/dax.c replaces
 * it for all filesystems, one that replaces a function of ext4 does so for ext4.
 */
import { FaultlineError } from '../explorer/errors.ts';
import type { Config } from './config.ts';
import type { Design, FilesystemLayers } from './design.ts';
import type { IomapParts, MmParts } from './parts.ts';
import type { InitialPage, OperationCall, Scenario } from './scenario.ts';

type Filesystem = Config['fs'];

/** What a filesystem does not have in any era. */
interface Lacks {
  readonly initial: readonly InitialPage[];
  readonly operations: readonly string[];
}
const LACKS: Readonly<Partial<Record<Filesystem, Lacks>>> = {
  ext2: { initial: ['unwritten'], operations: ['punch', 'fallocate', 'zero'] },
};

/** Why there is no such run; undefined: there is. */
export function unsupported(design: Design, scenario: Scenario, config: Config): FaultlineError | undefined {
  const { fs, errors } = config;
  if (config['pte-special'] === 'off' && design.facts.mixedMap === false) {
    return refused(
      `${design.id} has no DAX without PTE_SPECIAL: its VMAs are not VM_MIXEDMAP, and vm_mixed_ok() wants a devmap or special block`,
      'Leave pte-special=off out.',
    );
  }
  if (errors === 'on' && design.parts.page_cache) {
    return refused(`errors=on is not modelled for page-cache designs: their functions do not fail`, 'Leave it out.');
  }
  const withoutJournal = noJournal(design, scenario, config);
  if (withoutJournal) return withoutJournal;
  if (config['page-mkwrite'] === 'off' && !design.parts.page_cache) {
    return refused(
      `${design.id} is DAX, and every filesystem with DAX has ->page_mkwrite`,
      'Leave page-mkwrite=off out, or take a page-cache design.',
    );
  }
  const pin = scenario.processes.flatMap((p) => p.operations).find((o) => o.name === 'pin' || o.name === 'unpin');
  if (pin && config.thp === 'on') {
    return refused(`${pin.name} is not modelled with thp=on`, 'Leave one of the two out.');
  }
  if (pin && !design.facts.pins) {
    return refused(
      `${design.id} has no ${pin.name}: pins are modelled since 4.14`,
      `Leave ${pin.name} out of the scenario.`,
    );
  }
  const several = noSeveral(onFilesystem(design, fs), scenario, config);
  if (several) return several;
  const buffer = noUserBuffer(design, scenario, config);
  if (buffer) return buffer;
  const pokes = noPoke(scenario, config);
  if (pokes) return pokes;
  const moves = noMremap(scenario, config);
  if (moves) return moves;
  const sync = scenario.processes.some((p) => p.sync);
  if (sync && !(design.parts as Partial<IomapParts>).dax_finish_sync_fault) {
    return refused(`${design.id} has no MAP_SYNC: it came with 4.15`, 'Leave sync out of the scenario.');
  }
  if (sync && fs === 'ext2') {
    return refused(
      'ext2 has no MAP_SYNC: mmap(2) returns EOPNOTSUPP',
      'Leave sync out of the scenario, or take fs=ext4 or fs=xfs.',
    );
  }
  if (fs !== 'ext4' && !design.filesystems?.[fs]) return noLayer(design, fs);
  if (fs !== 'ext4' && errors === 'on') {
    return refused(`errors=on is not modelled with fs=${fs}: its functions do not fail`, 'Leave one of the two out.');
  }
  if (!design.parts.reclaim && calls(scenario).some((o) => o.name === 'reclaim')) {
    return refused(`reclaim is not modelled for ${design.id}`, 'Take a page-cache design, or dropcaches.');
  }
  const missing = calls(scenario).find((o) => (o.name === 'fallocate' || o.name === 'zero') && !design.parts[o.name]);
  if (missing && fs !== 'ext2') {
    return refused(
      `${missing.name} is not modelled for ${design.id}: page-cache designs have no preallocation`,
      `Leave ${missing.name} out of the scenario, or take a DAX design.`,
    );
  }
  if (config['es-cache'] === 'on') {
    const without = noEsCache(design, config);
    if (without) return without;
  }
  if (config.thp === 'on') {
    const without = withoutThp(design, scenario, config);
    if (without) return without;
  }
  const lacks = LACKS[fs];
  const page = scenario.pages.find((p) => lacks?.initial.includes(p.initial));
  if (page) {
    return refused(
      `${fs} has no ${page.initial} extents, and page ${page.name} begins as one`,
      `Write ${page.name}=block or ${page.name}=hole, or leave fs=${fs} out.`,
    );
  }
  const call = calls(scenario).find((o) => lacks?.operations.includes(o.name));
  if (call) {
    return refused(
      `${fs} has no ${call.name}: its files have no fallocate(2), which returns EOPNOTSUPP`,
      `Leave ${call.name} out of the scenario, or fs=${fs}.`,
    );
  }
  return undefined;
}

/** journal=on is jbd2's or XFS's log, under a DAX file. */
function noJournal(design: Design, scenario: Scenario, { fs, journal }: Config): FaultlineError | undefined {
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
}

/** es-cache=on is ext4's, and decides only what a lookup of a whole range answers with. */
function noEsCache(design: Design, { fs, thp }: Config): FaultlineError | undefined {
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
}

/** Where one write(2) of several pages is not modelled. */
function noSeveral({ id, parts }: Design, scenario: Scenario, { fs, errors }: Config): FaultlineError | undefined {
  const write = calls(scenario).find((o) => o.pages);
  if (!write) return undefined;
  const text = `write ${write.pages!.join('+')}`;
  const mend = `Write ${write.pages!.map((p) => `write ${p}`).join('; ')}: one call for each page.`;
  if (!parts.write_pages) {
    return refused(
      `${text} is not modelled for ${id} on ${fs}: one write(2) of several pages is since 4.12, of DAX`,
      mend,
    );
  }
  if (errors === 'on') {
    return refused(`${text} is not modelled with errors=on: a write(2) that fails after the first page`, mend);
  }
  return undefined;
}

/** What a fault within a copy of read(2) or write(2) is not modelled with. */
function noUserBuffer({ id, parts }: Design, scenario: Scenario, config: Config): FaultlineError | undefined {
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
}

/** What a write through get_user_pages() is not modelled with. */
function noPoke(scenario: Scenario, config: Config): FaultlineError | undefined {
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
}

/** What moving a mapping is not modelled with. */
function noMremap(scenario: Scenario, config: Config): FaultlineError | undefined {
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
}

const calls = (scenario: Scenario): readonly OperationCall[] => scenario.processes.flatMap((p) => p.operations);

/** Settings that are not modelled together with huge pages. */
const NOT_WITH_THP: Readonly<Partial<Record<keyof Config, readonly string[]>>> = {
  'pte-special': ['off'],
  tlb: ['on'],
  errors: ['on'],
};

function withoutThp(design: Design, scenario: Scenario, config: Config): FaultlineError | undefined {
  if (design.parts.huge_fault === null) {
    return refused(
      `${design.id} has no PMD faults: that kernel has none for DAX, or they are not modelled`,
      'Leave thp=on out.',
    );
  }
  if (calls(scenario).some((o) => o.name === 'pin'))
    return refused('pin is not modelled with thp=on', 'Leave one of the two out.');
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
}

const refused = (message: string, mend: string): FaultlineError => new FaultlineError('E_UNSUPPORTED', message, mend);

function noLayer({ id, filesystems }: Design, fs: Filesystem): FaultlineError {
  const has = ['ext4', ...Object.keys(filesystems ?? {})];
  return refused(
    `${id} says nothing of ${fs}: that kernel's ${fs} has no DAX, or it is not modelled`,
    filesystems
      ? `It runs on ${has.join(', ')}.`
      : 'It runs on ext4. A design takes those of its base with filesystems: base.filesystems, or ...base.',
  );
}

/** The design with the filesystem's layer over its parts. */
export function onFilesystem(design: Design, fs: Filesystem): Design {
  const layer = fs === 'ext4' ? undefined : design.filesystems?.[fs];
  return layer ? { ...design, parts: { ...design.parts, ...layer } } : design;
}

/**
 * A change that is made to every filesystem's functions alike, as a patch series does that touches each of them. To be
 * spread: `{ ...base, ...onEveryFilesystem(base, { pfn_mkwrite: null }), id, … }`.
 */
export function onEveryFilesystem<P extends MmParts>(
  base: Design<P>,
  changes: Partial<P>,
): Pick<Design<P>, 'parts' | 'filesystems'> {
  const layers = Object.entries(base.filesystems ?? {}).map(([fs, layer]) => [fs, { ...layer, ...changes }]);
  return {
    parts: { ...base.parts, ...changes },
    filesystems: Object.fromEntries(layers) as FilesystemLayers<P>,
  };
}
