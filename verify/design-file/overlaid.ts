/** What a design replaces for ext4 alone: with another filesystem that one's own function stands in its place. */
import type { Config } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { designIds, loadDesign } from '../registry.ts';

/**
 * Names of the design's parts that the config's filesystem lays over what a built-in design has, but not over what this one has: what
 * this one has in their place has no effect there.
 */
export async function overlaidParts(design: Design, { fs }: Config): Promise<string[]> {
  const layer = fs === 'ext4' ? undefined : (design.filesystems?.[fs] as Parts | undefined);
  const ids = await designIds();
  // A file's design has an id of its own.
  if (!layer || ids.includes(design.id)) return [];
  const builtIns = await Promise.all(ids.map(loadDesign));
  return Object.keys(layer).filter((name) => {
    const over = builtIns.filter((d) => partOf(d.filesystems?.[fs as 'ext2' | 'xfs'], name) === layer[name]);
    return over.length > 0 && !over.some((d) => partOf(d.parts, name) === partOf(design.parts, name));
  });
}

type Parts = Readonly<Record<string, unknown>>;
const partOf = (parts: object | undefined, name: string): unknown => (parts as Parts | undefined)?.[name];

/** A line for each design and config; none where nothing is laid over. */
export async function overlaidText(designs: readonly Design[], configs: readonly Config[]): Promise<string> {
  const lines = designs.flatMap((design) =>
    configs.map(async (config) => lineOf(design.id, await overlaidParts(design, config), config)),
  );
  return [...new Set(await Promise.all(lines))].join('');
}

function lineOf(id: string, names: readonly string[], { fs }: Config): string {
  if (names.length === 0) return '';
  const [verb, its] = names.length === 1 ? ['has', 'it'] : ['have', 'them'];
  return `${id}: with fs=${fs} its ${names.join(', ')} ${verb} no effect: ${fs === 'xfs' ? 'XFS' : fs} has its own. Replace ${its} in \`filesystems\`, too.\n`;
}
