/** Design files that are wrong, by mistake or on purpose, and what is said of each. */

/** Imported by the files: a design whose insert_pfn() runs a guard and an effect of the file's. */
export const BASE = `
import { type Act, chart, defineDesign, type Look, otherwise, PTL, step, V414, when } from 'faultline';
import base from 'faultline/designs/v4.14';
import type { Pte, PteEvent } from 'faultline/entries/pte';
type Parts = typeof base.parts;

export function made(guard: (s: Look) => boolean, effect: (s: Act) => void = () => {}) {
  const insert_pfn: Parts['insert_pfn'] = (_d, here, ret) =>
    chart(here, {
      insert_pfn: step(PTL, 'insert_pfn', V414.memory, when(guard, ret.EBUSY, 'x', effect), otherwise(ret.OK, 'y')),
    });
  return defineDesign<Parts>({ ...base, id: 'hostile', parts: { ...base.parts, insert_pfn }, expects: {} });
}
/** Whose insert_pfn() sends what a file makes of a PTE. */
export function sending(event: (pte: Pte) => object) {
  const insert_pfn: Parts['insert_pfn'] = (_d, here, ret, { pfn }) => {
    const send = (s: Act) => s.send(here.pte, event({ pfn: pfn(s), w: true, d: true }) as PteEvent);
    return chart(here, { insert_pfn: step(PTL, 'insert_pfn', V414.memory, otherwise(ret.OK, 'y', send)) });
  };
  return defineDesign<Parts>({ ...base, id: 'hostile', parts: { ...base.parts, insert_pfn }, expects: {} });
}
/** With one part replaced by anything at all. */
export const parted = (parts: object) => {
  const d = made(() => true);
  return { ...d, parts: { ...d.parts, ...parts } };
};
`;

interface Hostile {
  readonly source: string;
  /** The one error: code, place and message. */
  readonly error: RegExp;
}

const IN_STEP = /machine T0, state T0\/op0_load\/.*insert_pfn/.source;
const hostile = (source: string, error: string | RegExp): Hostile => ({
  source: `import { register } from 'faultline';\nimport { made, parted, sending } from './base.ts';\n${source}\nexport const used = [register, made, parted, sending];`,
  error: typeof error === 'string' ? new RegExp(error) : error,
});

/** They are over at once. */
export const BROKEN: Readonly<Record<string, Hostile>> = {
  // Loading.
  'no default export': hostile('', 'E_DESIGN_FILE .*no default export'),
  'a number': hostile('export default 5;', 'E_DESIGN_FILE .*not an object but 5'),
  'a syntax error': hostile("export default made('x' () => 1);", /E_DESIGN_FILE .*loaded: .*\.ts:3:28: Expected/),
  'an enum': hostile('enum A { b }\nexport default A;', /E_DESIGN_FILE .*\.ts:3:1: TypeScript enum is not supported/),
  'an import that is not there': hostile("import './nowhere.ts';", /E_DESIGN_FILE .*Cannot find module .*nowhere\.ts/),
  'a name that faultline lacks': hostile(
    "import { steppp } from 'faultline';\nexport default steppp;",
    'E_DESIGN_FILE .*steppp. .a-name-that-faultline-lacks.ts:3:1.\n',
  ),
  'an import of a design that there is not': hostile(
    "import v415 from 'faultline/designs/v4.15';\nexport default v415;",
    "E_DESIGN_FILE .*it imports 'faultline/designs/v4.15', which does not exist\n  Did you mean v4",
  ),
  'a module that throws': hostile(
    "throw new Error('boom\\n    at Object.foo (x.ts:1:1)');",
    /E_DESIGN_FILE .*loaded: boom \(a-module-that-throws\.ts:3:7\)$/m,
  ),
  'a module that throws null': hostile('throw null;', 'E_DESIGN_FILE .*loaded: null'),
  'an await that nobody keeps': hostile('await new Promise(() => {});', 'E_DESIGN_FILE: it is never done loading'),
  'a timer that throws': hostile(
    "setTimeout(() => { throw new Error('late'); });\nawait new Promise((r) => setTimeout(r, 500));",
    'E_DESIGN_FILE: something that it started threw: late',
  ),
  'a rejected promise': hostile(
    "void Promise.reject(new Error('late'));\nawait new Promise((r) => setTimeout(r, 500));",
    'E_DESIGN_FILE: something .* threw: late',
  ),
  // The design.
  'a part that is no function': hostile('export default parted({ fault: 42 });', 'E_DESIGN_FILE .*parts.fault is 42'),
  'a misspelt part': hostile('export default parted({ insert_pfnn: () => 1 });', 'E_DESIGN_FILE .*no part insert_pfnn'),
  'a missing part': hostile('export default parted({ fault: undefined });', 'E_DESIGN_FILE .*parts.fault is missing'),
  'an id with control characters': hostile(
    "export default { ...made(() => true), id: 'a\\u001b[31mb' };",
    /E_DESIGN_FILE .*id is "a \[31mb"/,
  ),
  'the id of a built-in design': hostile(
    "export default { ...made(() => true), id: 'v4.14' };",
    'E_DESIGN_FILE .*built-in',
  ),
  'expects of a property that there is not': hostile(
    "export default { ...made(() => true), expects: { 'mtime-on-wirte': ['store-write'] } };",
    'E_DESIGN_FILE .*expects: there is no property "mtime-on-wirte"\n  Did you mean mtime-on-write',
  ),
  'expects in a scenario that there is not': hostile(
    "export default { ...made(() => true), expects: { 'no-warn': ['store-wirte'] } };",
    'E_DESIGN_FILE .*expects.no-warn: there is no default scenario "store-wirte"\n  Did you mean store-write',
  ),
  'a part beside the parts': hostile(
    'const d = made(() => true);\nexport default { ...d, insert_pfn: d.parts.insert_pfn };',
    'E_DESIGN_FILE .*insert_pfn is a part, and stands beside the parts\n  Put it into them',
  ),
  'a field with a letter missing': hostile(
    'export default { ...made(() => true), expect: {} };',
    'E_DESIGN_FILE .*a design has no field expect\n  Did you mean expects',
  ),
  'a fact with a letter missing': hostile(
    'const d = made(() => true);\nexport default { ...d, facts: { ...d.facts, dirtyTag: false } };',
    'E_DESIGN_FILE .*there is no fact dirtyTag\n  Did you mean dirtyTags',
  ),
  'a part that is none of the words that it may be': hostile(
    'export default parted({ pmd_deposit: "blcoks" });',
    'E_DESIGN_FILE .*parts.pmd_deposit is "blcoks"\n  Did you mean blocks',
  ),
  'a part with a field missing': hostile(
    'export default parted({ fault_lock: { faults: true } });',
    'E_DESIGN_FILE .*parts.fault_lock.truncate is missing\n  It has the fields faults, truncate',
  ),
  'a part with a field too many': hostile(
    'export default parted({ fault_lock: { faults: true, truncate: true, punch: true } });',
    'E_DESIGN_FILE .*parts.fault_lock.punch is true\n',
  ),
  'properties under another name': hostile(
    'export const property = [];\nexport default made(() => true);',
    'E_DESIGN_FILE .*it exports property\n  Did you mean properties',
  ),
  'expects of another shape': hostile(
    "export default { ...made(() => true), expects: { 'no-warn': 'store-write' } };",
    'E_DESIGN_FILE .*expects.no-warn is "store-write"',
  ),
  'a getter that throws': hostile(
    "export default { ...made(() => true), get parts() { throw new Error('trap'); } };",
    'E_DESIGN_FILE .*cannot be read: trap',
  ),
  'a proxy': hostile(
    "export default new Proxy(made(() => true), { get() { throw new Error('trap'); } });",
    'E_DESIGN_FILE .*cannot be read: trap',
  ),
  'a changed prototype': hostile(
    '(Object.prototype as any).states = {};\nexport default made(() => true);',
    'E_DESIGN_FILE .*changes Object.prototype.states',
  ),
  'a prototype changed on a run': hostile(
    "export default made(() => { JSON.stringify = () => 'x'; return true; });",
    'E_DESIGN_FILE .*changes JSON.stringify',
  ),
  'properties that are none': hostile(
    'export const properties = [{}];\nexport default made(() => true);',
    /E_DESIGN_FILE .*properties\[0\]\.id is missing/,
  ),
  'properties that are no objects': hostile(
    'export const properties = [5];\nexport default made(() => true);',
    /E_DESIGN_FILE .*properties\[0\] is not an object but 5\n {2}Write: export const properties = \[defineProperty/,
  ),
  'a property that throws': hostile(
    "export const properties = [{ id: 'p', sentence: '', promisedBy: '', premise: '', instance: () => ({ step() { throw new Error('boom'); } }) }];\nexport default made(() => true);",
    'E_THROWN .*property p threw: boom .a-property-that-throws.ts:3:',
  ),
  'a property that judges falsely': hostile(
    "export const properties = [{ id: 'p', sentence: '', promisedBy: '', premise: '', instance: () => ({ step: () => false }) }];\nexport default made(() => true);",
    'E_THROWN .*property p threw: a judgement is false',
  ),
  // Building.
  'a part that returns no chart': hostile(
    'export default parted({ insert_pfn: () => null });',
    'E_CHART .*returned no chart',
  ),
  'an asynchronous part': hostile(
    'export default parted({ insert_pfn: async () => ({}) });',
    'E_CHART .*returned a promise',
  ),
  'a part that calls what is not there': hostile(
    'export default parted({ insert_pfn: (d: any) => d.insert_pfm() });',
    /E_CHART .*d\.insert_pfm is not a function \(.*\)\n {2}The design has no part insert_pfm\. Did you mean insert_pfn[,?]/,
  ),
  'a part that calls itself': hostile(
    'export default parted({ insert_pfn: (d: any, ...a: any[]) => d.insert_pfn(d, ...a) });',
    'E_CHART .*part insert_pfn leads to itself without end',
  ),
  'an endless always': hostile(
    "const always = (to: string) => ({ meta: { fn: 'f', src: { tree: 't', file: 'f.c' } }, always: [{ target: to }] });\nexport default parted({ insert_pfn: (_d: any, here: any) => ({ id: here.id, initial: 'a', states: { a: always('b'), b: always('a') } }) });",
    'E_ENDLESS .*always',
  ),
  // Running.
  'a guard that throws': hostile(
    "export default made(() => { throw new Error('boom\\nsecond'); });",
    `E_THROWN .*${IN_STEP}.*: boom .a-guard-that-throws.ts:3:35.$`,
  ),
  'a guard that throws null': hostile('export default made(() => { throw null; });', `E_THROWN .*${IN_STEP}`),
  'an effect that throws': hostile(
    'export default made(() => true, () => { throw { toString() { throw 1; } }; });',
    `E_THROWN .*${IN_STEP}.*no text`,
  ),
  'a guard that calls itself': hostile(
    'const f = (): boolean => !f();\nexport default made(f);',
    `E_THROWN .*${IN_STEP}.*Maximum call stack`,
  ),
  'a misspelt field of an event': hostile(
    "export default sending((pte) => ({ type: 'SET', ptee: pte }));",
    'E_EVENT_NAME .machine pte, state none.: pte receives SET with a field "ptee", which is not declared .in the step of T0',
  ),
  'a misspelt field within an event': hostile(
    "export default sending(({ pfn, ...pte }) => ({ type: 'SET', pte: { ...pte, pfnn: pfn } }));",
    'E_EVENT_NAME .machine pte, state none.: pte receives SET with a field "pte.pfnn", which is not declared',
  ),
  'an event with undefined for a field': hostile(
    "export default sending((pte: any) => ({ type: 'SET', pte: { ...pte, pfn: pte.pfnn } }));",
    'E_EVENT_NAME .machine pte, state none.: pte receives SET with no field pte.pfn, or undefined for it',
  ),
  'a misspelt mark': hostile(
    "import { mark } from 'faultline';\nexport default made(() => true, (s) => s.mark(mark({ type: 'tlb-fulsh', pte: 'x' } as any)));",
    `E_EVENT_NAME .a-misspelt-mark.ts:4:\\d+, ${IN_STEP}.*there is no mark "tlb-fulsh"`,
  ),
  'a misspelt field of a mark': hostile(
    "import { mark } from 'faultline';\nexport default made(() => true, (s) => s.mark(mark({ type: 'tlb-flush', ptee: 'x' } as any)));",
    `E_EVENT_NAME .*${IN_STEP}.*a mark tlb-flush with a field "ptee", which is not declared`,
  ),
  'a component that is undefined': hostile(
    'export default made((s) => s.read(undefined as any) === 1);',
    `E_COMPONENT .a-component-that-is-undefined.ts:3:\\d+, ${IN_STEP}.*read\\(\\) is given undefined`,
  ),
  'a component written where its lock is not held': hostile(
    "import { entry } from 'faultline/entries/entry';\nexport default made(() => true, (s) => s.send(entry('a'), { type: 'UNLOCK' }));",
    `E_SECTION .a-component-written-where-its-lock-is-not-held.ts:4:\\d+, ${IN_STEP}.*entry.a is written in section PTL`,
  ),
  'a guard of two minds': hostile('let n = 0;\nexport default made(() => n++ % 2 === 0);', `E_IMPURE .*${IN_STEP}`),
  'a register that doubles': hostile(
    "const r = register<string[]>('list', []);\nexport default made(() => true, (s) => s.set(r, [...s.get(r), ...s.get(r), 'x']));",
    `E_BOUND .*${IN_STEP}.*register list`,
  ),
  'a huge register': hostile(
    "const r = register('text', '');\nexport default made(() => true, (s) => s.set(r, 'x'.repeat(1e8)));",
    `E_BOUND .*${IN_STEP}.*register text`,
  ),
  'a register with a Map': hostile(
    "const r = register<unknown>('map', 0);\nexport default made(() => true, (s) => s.set(r, new Map([[1, 2]])));",
    `E_THROWN .*${IN_STEP}.*a Map is no JSON`,
  ),
  'a guard that ends the process': hostile(
    'export default made(() => process.exit(0));',
    'E_DESIGN_FILE: the design file ended the process .exit code 0',
  ),
  'a guard that aborts the process': hostile(
    'export default made(() => process.abort());',
    'E_DESIGN_FILE: the design file ended the process',
  ),
};

/** They end when a limit is reached: some seconds. */
export const ENDLESS: Readonly<Record<string, Hostile>> = {
  'a guard without end': hostile(
    'export default made(() => { for (;;); });',
    `E_ENDLESS: ${IN_STEP}: it does not come to an end`,
  ),
  'a module without end': hostile('for (;;);', /E_ENDLESS: loading \.\/.*\.ts: it does not come to an end/),
  'a property without end': hostile(
    "export const properties = [{ id: 'p', sentence: '', promisedBy: '', premise: '', instance: () => ({ step() { for (;;); } }) }];\nexport default made(() => true);",
    'E_ENDLESS: property p',
  ),
  'a timer and an await that nobody keeps': hostile(
    'setInterval(() => {}, 1000);\nawait new Promise(() => {});',
    'E_ENDLESS: loading',
  ),
  'a guard that takes all memory': hostile(
    'export default made(() => { const x: unknown[] = []; for (;;) x.push(new Array(1e6).fill(1)); });',
    'E_(LIMIT|ENDLESS): ',
  ),
  'a register that counts': hostile(
    "const r = register('n', 0);\nexport default made(() => true, (s) => s.set(r, s.get(r) + 1));",
    'E_BOUND .*machine T0.*field that grows is "n"',
  ),
};
