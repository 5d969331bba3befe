import { type PartFacts, partsOf } from '../../cli/new/parts-list.ts';
import type { Design } from '../../model/design.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { baseOf, replacedParts } from './design-bases.ts';
import { code, page, prose, table } from './markdown.ts';
import { partTexts } from './part-texts.ts';

interface Listed {
  readonly design: Design;
  readonly parts: readonly PartFacts[];
}

export default async function parts(): Promise<string> {
  const ids = await designIds();
  const all: Listed[] = [];
  for (const id of ids) {
    const design = await loadDesign(id);
    all.push({ design, parts: await partsOf(design) });
  }
  return page(
    'Parts of the designs',
    "What a design of one's own can replace: [replace a kernel function](../how-to/replace-a-function.md). `faultline new` " +
      'writes the list of the base, with the arguments of each, into the new file. They are declared in `model/parts.ts`.',
    summary(all),
    ...all.map(({ design, parts: own }) => section(design, own, ids, all)),
  );
}

/** Every part once, as a function where some design has it as one. */
function summary(all: readonly Listed[]): string {
  const texts = partTexts();
  const parts = all.flatMap((l) => l.parts);
  const once = new Map(parts.map((p) => [p.name, p]));
  for (const p of parts) if (p.value === undefined) once.set(p.name, p);
  const rows = [...once.values()].map((p) => [
    code(p.name),
    p.value === undefined ? returnsText(p.name, all) : 'a value',
    prose(texts.get(p.name) ?? ''),
  ]);
  return table([['part', 'return values', 'what it is'], ...rows]);
}

/** What a function returns may depend on the kernel's version: then that of most designs, and which have others. */
function returnsText(name: string, all: readonly Listed[]): string {
  const designs = new Map<string, string[]>();
  for (const { design, parts } of all) {
    const part = parts.find((p) => p.name === name && p.value === undefined);
    const returns = part?.returns.map(code).join(' ');
    if (returns) designs.set(returns, [...(designs.get(returns) ?? []), design.id]);
  }
  const [first = '', ...others] = [...designs].sort((a, b) => b[1].length - a[1].length).map(([returns]) => returns);
  return [first, ...others.map((r) => `in ${designs.get(r)!.map(code).join(', ')}: ${r}`)].join('; ');
}

function section(design: Design, parts: readonly PartFacts[], ids: readonly string[], all: readonly Listed[]): string {
  const base = all.find((l) => l.design.id === baseOf(design.id, ids))?.design;
  const replaced = base && replacedParts(design, base);
  const rows = parts
    .filter((p) => replaced?.includes(p.name) ?? true)
    .map((p) => [code(p.name), p.value === undefined ? kernelText(p) : `value ${code(p.value)}`]);
  const what = base ? `What it replaces of ${code(base.id)}:` : 'All of its parts:';
  return [`## ${design.id}`, what, table([['part', 'made of'], ...rows])].join('\n\n');
}

/** `f() in file (tree)`, or a remark. */
function kernelText({ kernel = 'reached by no scenario' }: PartFacts): string {
  const [, fn, where] = /^(\S+\(\)) (in .*)$/.exec(kernel) ?? [];
  return fn ? `${code(fn)} ${prose(where!)}` : kernel;
}
