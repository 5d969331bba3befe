/**
 * A design on the config's filesystem. `parts` of a design are mm/, fs/dax.c and ext4; what another filesystem has in place
 * of ext4's functions is a layer over them. The layer decides: a design that replaces a part of mm/ or fs/dax.c replaces
 * it for all filesystems, one that replaces a function of ext4 does so for ext4.
 */
import type { Config } from './config.ts';
import type { Design, FilesystemLayers } from './design.ts';
import type { MmParts } from './parts.ts';

type Filesystem = Config['fs'];

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
