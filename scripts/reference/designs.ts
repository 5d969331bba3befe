import type { Design } from '../../model/design.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { baseOf, replacedParts, switchesOf } from './design-bases.ts';
import { bullets, code, page, prose, table } from './markdown.ts';

export default async function designs(): Promise<string> {
  const ids = await designIds();
  const all = await Promise.all(ids.map(loadDesign));
  return page(
    'Designs',
    'A design is a kernel version, a posted patch series, or a variation of either: a record of the parts that its kernel ' +
      'functions are. Its id is what `verify`, `compare`, `export` and `new --from` take.',
    table([['id', 'what it is'], ...all.map((d) => [`[${code(d.id)}](#${anchor(d.id)})`, prose(d.title)])]),
    'Every design declares which properties it violates in which [default scenarios](scenarios.md); everywhere else it ' +
      'violates none. `faultline verify` without arguments checks that, in both directions. ' +
      '[findings.md](../findings.md) explains the violations.',
    ...all.map((d) => section(d, all)),
  );
}

/** As GitHub makes it of a heading. */
const anchor = (id: string): string => id.replaceAll('.', '');

function section(design: Design, all: readonly Design[]): string {
  const baseId = baseOf(
    design.id,
    all.map((d) => d.id),
  );
  const base = all.find((d) => d.id === baseId);
  const replaced = base ? replacedParts(design, base) : [];
  const facts = Object.entries(design.facts).map(
    ([name, v]) => `${code(name)} ${v === true ? 'yes' : v === false ? 'no' : String(v)}`,
  );
  const switches = switchesOf(design).map(([name, value]) => `${code(name)} ${value}`);
  return [
    `## ${design.id}`,
    `${prose(design.title)}. Source: ${prose(design.source)}.`,
    bullets([
      base
        ? `Built on [${code(base.id)}](#${anchor(base.id)}); replaces ${replaced.map(code).join(', ') || 'nothing'}.`
        : 'Built on no other design.',
      `Switches: ${switches.join('; ')}.`,
      `Facts that properties ask for: ${facts.join('; ')}.`,
    ]),
    violations(design),
  ].join('\n\n');
}

function violations({ expects }: Design): string {
  const rows = Object.entries(expects);
  if (rows.length === 0) return 'Violates no property in any default scenario.';
  return table([
    ['violates', 'in'],
    ...rows.map(([id, scenarios]) => [`[${code(id)}](properties.md#${id})`, scenarios.map(code).join(', ')]),
  ]);
}
