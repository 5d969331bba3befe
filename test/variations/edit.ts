/** Edits of a part's chart, for variations that leave one thing out of a function. */
import { dispatch, otherwise, type StateConfig, type StepMeta } from '../../explorer/chart.ts';

// biome-ignore lint/suspicious/noExplicitAny: any part, whatever its arguments
type Part = (...args: any[]) => StateConfig;
type States = Record<string, StateConfig>;

/** The chart in which the state lies that `path` names, `reused.lock_page`, and its name there. */
function locate(chart: StateConfig, path: string): { states: States; name: string } {
  const names = path.split('.');
  const inner = names.slice(0, -1).reduce((c, n) => (c.states as States)[n]!, chart);
  const states = inner.states as States;
  const name = names.at(-1)!;
  if (!states[name]) throw new Error(`no state ${path}: there are ${Object.keys(states).join(', ')}`);
  return { states, name };
}

const firstTarget = (state: StateConfig): string => {
  const inner = state.states?.[state.initial as string];
  return inner ? firstTarget(inner as StateConfig) : (state.on as { STEP: { target: string }[] }).STEP[0]!.target;
};

const HERE = { fn: 'left out', src: { tree: 'variation', file: 'left out' } };

function edited<P extends Part>(part: P, edit: (chart: StateConfig) => void): P {
  return ((...args: Parameters<P>) => {
    const chart = part(...args);
    edit(chart);
    return chart;
  }) as P;
}

/** The part without some of its steps: by state, where it goes on instead; '' is where the step's first way leads. */
export const leaveOut = <P extends Part>(part: P, steps: Readonly<Record<string, string>>): P =>
  edited(part, (chart) => {
    for (const [path, to] of Object.entries(steps)) {
      const { states, name } = locate(chart, path);
      const old = states[name]!;
      const { fn, src } = (old.meta as StepMeta | undefined) ?? HERE;
      states[name] = { ...dispatch(fn, src, otherwise(to || firstTarget(old), '')), id: old.id! };
    }
  });

/** The part with a step that always goes one of its ways, whatever its guards say: by state, which one. */
export const always = <P extends Part>(part: P, ways: Readonly<Record<string, number>>): P =>
  edited(part, (chart) => {
    for (const [path, n] of Object.entries(ways)) {
      const { states, name } = locate(chart, path);
      const state = states[name]!;
      const { guard: _guard, ...way } = (state.on as { STEP: Record<string, unknown>[] }).STEP[n]!;
      states[name] = { ...state, on: { STEP: [way] } } as StateConfig;
    }
  });

/** The part without some alternatives of a step: by state, which one. A test that is left out is taken for passed. */
export const leaveOutWay = <P extends Part>(part: P, ways: Readonly<Record<string, number>>): P =>
  edited(part, (chart) => {
    for (const [path, n] of Object.entries(ways)) {
      const { states, name } = locate(chart, path);
      const state = states[name]!;
      const kind = state.always ? 'always' : 'on';
      const all = (state.always ?? (state.on as { STEP: unknown }).STEP) as unknown[];
      const left = all.filter((_, i) => i !== n);
      states[name] = { ...state, ...(kind === 'always' ? { always: left } : { on: { STEP: left } }) } as StateConfig;
    }
  });
