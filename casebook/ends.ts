/** States in which all have finished, as questions speak of them. */
interface Local {
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}
/** By component. */
export type End = Readonly<Record<string, Local>>;

export const parseEnd = (text: string): End => Object.fromEntries(JSON.parse(text) as [string, Local][]);

/** `none`, `ro blk.a`, `rw blk.a dirty`. @param vma its address space, where it has one mapping */
export function pteOf(end: End, page = 'a', vma = 'mm1'): string {
  const { value, context } = end[`pte[${vma}].${page}`]!;
  return value === 'none' ? 'none' : `${String(value)} ${String(context.pfn)}${context.d ? ' dirty' : ''}`;
}

/** `nil`, `zero`, `blk blk.a dirty`, `page`. */
export function entryOf(end: End, page = 'a'): string {
  const { kind, pfn, dirty, towrite } = end[`entry.${page}`]!.context;
  return [kind, pfn, dirty && 'dirty', towrite && 'towrite'].filter(Boolean).join(' ');
}

/** Operations whose byte is in the page's block: `T0.store0`. */
export function bytesOf(end: End, page = 'a'): readonly string[] {
  const block = end[`extent.${page}`]!.context.block as string | null;
  return block === null ? [] : (end[block]!.context.mem as readonly string[]);
}
