/** A design file's own properties: `export const properties = [defineProperty({ … })]`. They run with its design. */
import { FaultlineError } from '../../explorer/errors.ts';
import type { Conjunct, Judgement, PropertyInstance } from '../../explorer/property.ts';
import { foreign } from '../../explorer/pulse.ts';
import { printable, thrownText } from '../../explorer/thrown.ts';
import type { Design } from '../../model/design.ts';
import type { PropertyDefinition } from '../../properties/define.ts';
import { checkId, type Fail, failIn, fieldsOf, shown, textOf } from './check.ts';

const own = new WeakMap<Design, readonly PropertyDefinition[]>();

export function bringProperties(design: Design, properties: readonly PropertyDefinition[]): void {
  own.set(design, properties);
}
/** The properties that came with the design, in the order of its file. */
export const propertiesOf = (design: Design): readonly PropertyDefinition[] => own.get(design) ?? [];

/**
 * What runs beside the built-in properties: those that came with the design, and the caller's.
 * @throws FaultlineError E_DESIGN_FILE
 */
export function ownProperties(
  design: Design,
  callers: readonly PropertyDefinition[] | undefined,
  builtIn: readonly string[],
): PropertyDefinition[] {
  const checked = checkProperties(callers, builtIn, failIn());
  return [...propertiesOf(design).filter((p) => !checked.some((c) => c.id === p.id)), ...checked];
}

/**
 * @param exported the module's `properties`
 * @param taken ids of the built-in properties
 * @throws FaultlineError E_DESIGN_FILE
 */
export function checkProperties(exported: unknown, taken: readonly string[], fail: Fail): PropertyDefinition[] {
  if (exported === undefined) return [];
  const mend = 'Write: export const properties = [defineProperty({ id, sentence, promisedBy, premise, instance })].';
  if (!Array.isArray(exported)) return fail(`its properties are not an array but ${shown(exported)}`, mend);
  const ids = new Set([...taken, 'none']);
  return exported.map((value: unknown, n) => {
    const at = `properties[${n}]`;
    const fields = fieldsOf(value, at, fail, mend);
    const id = checkId(fields.id, `${at}.id`, fail);
    if (ids.has(id)) fail(`there is another property "${id}"`, 'Give the property an id of its own.');
    ids.add(id);
    for (const name of ['instance', ...(fields.needs === undefined ? [] : ['needs'])]) {
      if (typeof fields[name] !== 'function') fail(`${at}.${name} is ${shown(fields[name])}`, mend);
    }
    const { instance, needs } = fields as unknown as PropertyDefinition;
    const text = (name: string): string => textOf(fields[name], `${at}.${name}`, fail);
    const run = runnerOf(id);
    return {
      id,
      sentence: text('sentence'),
      promisedBy: text('promisedBy'),
      premise: text('premise'),
      ...(needs && { needs: (design, scene) => run(() => needs(design, scene)) }),
      instance: (scene, design) =>
        watched(
          run(() => instance(scene, design), INSTANCE),
          run,
        ),
    } satisfies PropertyDefinition;
  });
}

type Runner = <T>(what: () => T, shape?: string) => T;
const INSTANCE = 'It returns { step?, states?, quiescence?, monitor? }.';

/** Runs a piece of the property: in the watchdog's sight, and naming the property where it throws. */
const runnerOf =
  (id: string): Runner =>
  (what, shape) =>
    foreign(`property ${id}`, () => {
      const broken = (message: string, mend: string): FaultlineError =>
        new FaultlineError('E_THROWN', message, mend, { machine: id });
      let made: ReturnType<typeof what>;
      try {
        made = what();
      } catch (e) {
        if (e instanceof FaultlineError) throw e;
        throw broken(
          `property ${id} threw: ${thrownText(e)}`,
          'A property judges what it is shown; it must not throw.',
        );
      }
      if (shape && (typeof made !== 'object' || made === null)) {
        throw broken(`property ${id}: instance() returned ${shown(made)}`, shape);
      }
      return made;
    });

type Instance = Omit<PropertyInstance, 'id'>;

function watched(made: Instance, run: Runner): Instance {
  const { step, states, quiescence, monitor } = made;
  const judged = (judge: () => Judgement): Judgement => run(() => checkJudgement(judge()));
  const conjuncts = (list: readonly Conjunct[]): Conjunct[] =>
    list.map((c) => ({ name: printable(String(c.name)), judge: (s) => judged(() => c.judge(s)) }));
  return {
    ...made,
    ...(step && { step: (seen) => judged(() => step(seen)) }),
    ...(states && { states: conjuncts(states) }),
    ...(quiescence && { quiescence: conjuncts(quiescence) }),
    ...(monitor && { monitor: { ...monitor, observe: (seen) => run(() => monitor.observe(seen)) } }),
  };
}

function checkJudgement(j: unknown): Judgement {
  if (j === undefined || j === true) return j;
  const damage = (j as { readonly violated?: unknown } | null)?.violated;
  if (typeof damage === 'string') return { violated: printable(damage) };
  throw new Error(`a judgement is ${shown(j)}: it is undefined (no premise), true, or violated('the damage')`);
}
