/** What a search's time goes with, by the function that was running. */

/** A function as V8 names it, and the file that it is in. The core's functions have the names of their sources. */
export interface Frame {
  readonly functionName: string;
  readonly url: string;
}

export interface Part {
  readonly title: string;
  /** In words, for the report. */
  readonly what: string;
  has(frame: Frame): boolean;
}

const core =
  (pattern: RegExp) =>
  ({ functionName }: Frame): boolean =>
    functionName.startsWith(CORE) && pattern.test(functionName.slice(CORE.length));
const CORE = 'explorer/core/';
const named =
  (...names: readonly string[]) =>
  ({ functionName }: Frame): boolean =>
    names.includes(functionName);

/** The first that has a function is the one that it counts for. */
export const PARTS: readonly Part[] = [
  {
    title: 'steps',
    what: 'executed for the tables, with what XState does for it',
    has: ({ url }) =>
      /\/node_modules\/xstate\/|\/explorer\/(macrostep|step|view|chart|asked|reaction|plain-component)\.js$|\/dist\/model\//.test(
        url,
      ),
  },
  {
    title: 'waiting',
    what: 'for another worker, or until it has begun',
    has: named('(idle)', 'waitWhile'),
  },
  { title: 'collecting', what: "V8's garbage collector", has: named('(garbage collector)') },
  {
    title: 'commuting',
    what: 'which steps commute, computed by the core',
    has: core(/^(reaching|commuting|conflicting|known|actions)\//),
  },
  {
    title: 'choosing',
    what: 'what can be done in a state, and which of it is enough',
    has: core(/^(choose|symmetry)\//),
  },
  {
    title: 'halves',
    what: 'numbers of the halves of states',
    has: core(/^(halves\/|roots\/|numbers\/|narrow\/numberHalves|chains\/numberChildren)/),
  },
  {
    title: 'visited set',
    what: 'looking states up and adding them',
    has: core(/^(visited\/add|compact\/|ahead\/|narrow\/narrowInsert|plain\/(touch|plainInsert)|chains\/insertChosen)/),
  },
  {
    title: 'larger tables',
    what: 'filling a larger index, packing states anew',
    has: core(/^(visited|relayout|memory)\//),
  },
  { title: 'following', what: 'chains of merged steps', has: core(/^chains\//) },
  {
    title: 'successors',
    what: 'unpacking states, one look-up for each step, judging',
    has: core(/^(?!write-outcome)/),
  },
  {
    title: 'tables',
    what: 'the other JavaScript: growing the tables and writing them for the core',
    has: (frame) =>
      frame.url.startsWith('file:') || core(/^write-outcome\//)(frame) || /wasm/i.test(frame.functionName),
  },
  { title: 'rest', what: 'Node and V8', has: () => true },
];
