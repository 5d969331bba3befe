/** The parts of a design: the kernel function that each stands for, and its signature as the sources declare it. */
import { readFileSync } from 'node:fs';
import type { StateConfig, StepMeta } from '../../explorer/chart.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import { build } from '../../model/build.ts';
import { DEFAULT_CONFIG } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { parseScenario } from '../../model/scenario.ts';
import { COVERAGE_SCENARIOS, SCENARIOS } from '../../model/scenarios.ts';
import { sceneOf } from '../../model/scene.ts';
import { MMU } from '../../model/sources.ts';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';
import { operationMap } from '../../verify/registry.ts';

export interface PartFacts {
  readonly name: string;
  /** `insert_pfn() in mm/memory.c (linux v4.14)`, or `only calls …`; undefined where no scenario reaches it. */
  readonly kernel?: string;
  /** The return values, e.g. `OK`, `EBUSY`; none for a part that is a value. */
  readonly returns: readonly string[];
  /** Parameters after `ret`, as declared. */
  readonly further?: string;
  /** For a part that is a value, not a function: what it is. */
  readonly value?: string;
  /** A function in this design, and null in others. */
  readonly nullable?: true;
}

/** All parts, in the order of the design. */
export async function partsOf(design: Design): Promise<PartFacts[]> {
  const kernel = await kernelFunctions(design);
  const declared = readFileSync(new URL('model/parts.ts', PACKAGE_ROOT), 'utf8');
  const interfaces = interfacesOf(design, declared);
  return Object.entries(design.parts).map(([name, part]): PartFacts => {
    const signature = signatureOf(name, interfaces, declared);
    const of = kernel.get(name);
    if (typeof part !== 'function') return { name, returns: [], value: JSON.stringify(part) };
    const nullable = new RegExp(`^ +readonly ${name}: \\w+ \\| null;`, 'm').test(declared);
    return { name, ...signature, ...(of !== undefined && { kernel: of }), ...(nullable && { nullable }) };
  });
}

interface Signature {
  readonly returns: readonly string[];
  readonly further?: string;
}

/** From the text of the interface that declares it: types are gone when a program runs. */
function signatureOf(name: string, interfaces: readonly Interface[], declared: string): Signature {
  const method = new RegExp(`^ +${name}\\((?<parameters>[\\s\\S]*?)\\): StateConfig;`, 'm');
  // Declared by a type of its own, since it may be null: `readonly pfn_mkwrite: PfnMkwrite | null`.
  const property = new RegExp(`^ +readonly ${name}: (?<type>\\w+)`, 'm');
  const own = interfaces.find(({ text }) => method.test(text) || property.test(text))?.text ?? '';
  const type = property.exec(own)?.groups?.type;
  const typed =
    type && new RegExp(`^export type ${type} = \\{\\s+\\w+\\((?<parameters>[\\s\\S]*?)\\): StateConfig;`, 'm');
  const parameters = (method.exec(own) ?? (typed ? typed.exec(declared) : null))?.groups?.parameters;
  const match = /ret: Returns<(?<returns>[^>]*)>,?\s*(?<further>[\s\S]*)$/.exec(parameters ?? '')?.groups;
  if (!match) return { returns: [] };
  const further = match.further!.replace(/\s+/g, ' ').replace(/, ?$/, '').trim();
  return {
    returns: match.returns!.split('|').map((r) => r.trim().replaceAll("'", '')),
    ...(further !== '' && { further }),
  };
}

/** An interface of model/parts.ts: what it is called, what it extends, its members' names and text. */
interface Interface {
  readonly name: string;
  readonly bases: readonly string[];
  readonly members: readonly string[];
  readonly text: string;
}

/** Those that the design has, the latest first: one that redeclares a part of those that it extends comes before them. */
function interfacesOf(design: Design, declared: string): Interface[] {
  const all = [...declared.matchAll(INTERFACE)].map(({ groups }): Interface => {
    const text = groups!.body!;
    const members = [...text.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map((m) => m[1]!);
    return { name: groups!.name!, bases: groups!.bases?.split(/, ?/) ?? [], members, text };
  });
  // A type without a member of its own in the design is another era's, and so is what is built on it.
  const has = ({ bases, members }: Interface): boolean =>
    members.every((m) => m in design.parts) && all.filter((i) => bases.includes(i.name)).every(has);
  const parts = all.filter((i) => i.name === 'MmParts' || i.bases.length > 0);
  return parts.filter(has).reverse();
}
const INTERFACE = /^export interface (?<name>\w+)(?: extends (?<bases>[\w, ]+?))? (?<body>\{\}|\{[\s\S]*?^\})$/gm;

/** By part: the kernel function of the states that it makes itself; of several the one of its name, else the first. */
async function kernelFunctions(design: Design): Promise<Map<string, string>> {
  const operations = await operationMap();
  const made: [string, StateConfig][] = [];
  const parts = Object.fromEntries(
    Object.entries(design.parts).map(([name, part]): [string, unknown] => {
      if (typeof part !== 'function') return [name, part];
      const recorded = (...args: unknown[]): StateConfig => {
        const chart = (part as (...a: unknown[]) => StateConfig)(...args);
        made.push([name, chart]);
        return chart;
      };
      return [name, recorded];
    }),
  );
  const recording: Design = { ...design, parts: parts as unknown as Design['parts'] };
  for (const text of [...Object.values(SCENARIOS).flat(), ...COVERAGE_SCENARIOS]) {
    try {
      build(recording, sceneOf(parseScenario(text, operations), DEFAULT_CONFIG), operations);
    } catch (e) {
      // Not every design can do every scenario.
      if (!(e instanceof FaultlineError)) throw e;
    }
  }
  const charts = new Set(made.map(([, chart]) => chart));
  const found = new Map<string, string>();
  for (const [name, chart] of made) {
    if (found.has(name)) continue;
    const own = statesOf(chart, charts, true);
    found.set(name, own.length > 0 ? sourceText(name, own) : `only calls ${calledBy(name, chart, made)}`);
  }
  return found;
}

function sourceText(name: string, states: readonly Pick<StepMeta, 'fn' | 'src'>[]): string {
  const { fn, src } = states.find((m) => m.fn === name) ?? states[0]!;
  return src.tree === MMU.tree ? `no kernel function: ${src.file}` : `${fn}() in ${src.file} (${src.tree})`;
}

/** The parts of which a chart is made that has no step of its own. */
function calledBy(name: string, chart: StateConfig, made: readonly (readonly [string, StateConfig])[]): string {
  const parts = new Map<unknown, string>(made.filter(([n]) => n !== name).map(([n, c]) => [c, n]));
  const nearest = (state: StateConfig): string[] => {
    const part = parts.get(state);
    const { states } = state as { states?: Readonly<Record<string, StateConfig>> };
    return part === undefined ? Object.values(states ?? {}).flatMap(nearest) : [part];
  };
  return [...new Set(nearest(chart))].map((n) => `${n}()`).join(', ');
}

/** What the states of a chart say of themselves, without those that other parts made. */
function statesOf(state: StateConfig, charts: ReadonlySet<unknown>, own = false): Pick<StepMeta, 'fn' | 'src'>[] {
  if (!own && charts.has(state)) return [];
  const { meta, states } = state as { meta?: StepMeta; states?: Readonly<Record<string, StateConfig>> };
  return [...(meta ? [meta] : []), ...Object.values(states ?? {}).flatMap((child) => statesOf(child, charts))];
}
