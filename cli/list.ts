/** `faultline list`: the names that the other commands take. */
import { FaultlineError, nearNames, quoted } from '../explorer/errors.ts';
import { CONFIGS } from '../model/config.ts';
import { usage } from '../model/operation.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import type { Format } from '../report/format.ts';
import { table, WIDTH, wrap } from '../report/text.ts';
import type { Backend } from './backend.ts';
import type { Io } from './io.ts';
import { TOPICS, type Topic } from './topics.ts';

/** One list as data, and how it is shown. */
interface Listing {
  readonly items: readonly unknown[];
  readonly lines: readonly string[];
}

/** @param load the checker, which only some lists need @throws FaultlineError E_UNKNOWN_NAME */
export async function listCommand(
  topic: string,
  options: { readonly json?: boolean },
  io: Io,
  load: () => Promise<Backend>,
): Promise<number> {
  const known = TOPICS.find((t) => t === topic);
  if (!known)
    throw new FaultlineError('E_UNKNOWN_NAME', `there is no list of ${quoted(topic)}`, nearNames(topic, TOPICS));
  const { items, lines } = await LISTS[known](load);
  const text = options.json
    ? JSON.stringify({ schema: 'faultline.list/1', [known]: items }, undefined, 2)
    : lines.join('\n');
  io.out(`${text}\n`);
  return 0;
}

const LISTS: Readonly<Record<Topic, (load: () => Promise<Backend>) => Promise<Listing>>> = {
  designs: async (load) => {
    const backend = await load();
    const items = [];
    for (const id of await backend.designIds()) {
      const { title, source, expects } = await backend.loadDesign(id);
      items.push({ id, title, source, expects });
    }
    return { items, lines: table(items.map((d) => [d.id, d.title, d.source])) };
  },
  scenarios: async () => {
    const items = Object.entries(SCENARIOS).map(([name, texts]) => ({ name, texts }));
    return { items, lines: table(items.flatMap((s) => s.texts.map((text, i) => [i === 0 ? s.name : '', text]))) };
  },
  properties: async (load) => {
    const items = await (await load()).describeProperties();
    const lines = items.flatMap((p) => [
      p.id,
      ...wrap(`    ${p.sentence}`, WIDTH, 4),
      ...wrap(`    Promised by: ${p.promisedBy}`, WIDTH, 8),
    ]);
    return { items, lines };
  },
  configs: async () => {
    const items = Object.entries(CONFIGS).map(([name, values]) => ({ name, values, default: values[0] }));
    const text = ({ values }: (typeof items)[number]): string =>
      values.map((v, i) => (i === 0 ? `${v} (default)` : v)).join(', ');
    return { items, lines: table(items.map((c) => [c.name, text(c)])) };
  },
  operations: async (load) => {
    const items = await (await load()).operations();
    return { items, lines: table(items.map((o) => [usage(o), o.what])) };
  },
  observables: async () => {
    const { allObservables } = await import('../verify/registry.ts');
    const items = (await allObservables()).map(({ id, what, byDefault }) => ({ id, what, default: byDefault }));
    return {
      items,
      lines: table(items.map((o) => [o.id, `${o.what}${o.default ? ' (default)' : ''}`])),
    };
  },
  formats: async () => {
    const { formatIds, graphFormatIds, loadFormat, loadGraphFormat, loadModelFormat, modelFormatIds } = await import(
      '../verify/registry.ts'
    );
    const results = (await formatIds()).map(async (name) => ({
      name,
      for: '--format',
      ...about(await loadFormat(name)),
    }));
    const graphs = (await graphFormatIds()).map(async (name) => ({
      name,
      for: 'export --to',
      ...about(await loadGraphFormat(name)),
    }));
    const models = (await modelFormatIds()).map(async (name) => ({
      name,
      for: 'export --to',
      ...about(await loadModelFormat(name)),
    }));
    const items = await Promise.all([...results, ...graphs, ...models]);
    return { items, lines: table(items.map((f) => [f.for, f.name, `.${f.extension}`, f.title])) };
  },
};

const about = ({ title, extension }: Pick<Format, 'title' | 'extension'>) => ({ title, extension });
