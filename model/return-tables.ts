/**
 * What no compiler has looked at may ask for a return value that its caller gives no target for. XState takes an undefined
 * target for a transition that stays, and where it stands in a table for another part, or for an error that is not injected,
 * nobody would see it. So the table that a part gets answers such a question with an error.
 */
import type { StateConfig, Target } from '../explorer/chart.ts';
import { FaultlineError, nearNames, type Place, quoted } from '../explorer/errors.ts';
import type { Design } from './design.ts';
import type { Here } from './here.ts';

type Table = Readonly<Record<string, Target>>;
type Part = (d: unknown, here: Here, ret: Table, ...further: unknown[]) => StateConfig;

/** The design's parts, each of which is called with a table of return values that is checked. */
export function withCheckedReturns(design: Design): Design {
  const parts = Object.entries(design.parts).map(([name, part]: [string, unknown]) => [
    name,
    typeof part === 'function' ? checked(name, part as Part) : part,
  ]);
  return { ...design, parts: Object.fromEntries(parts) as Design['parts'] };
}

const checked =
  (name: string, part: Part): Part =>
  (d, here, ret, ...further) =>
    part(d, here, typeof ret === 'object' && ret !== null ? checkedTable(name, here, ret) : ret, ...further);

function checkedTable(part: string, here: Here, ret: Table): Table {
  const place: Place = { machine: here.me, state: here.id };
  for (const [value, target] of Object.entries(ret)) {
    if (target !== undefined) continue;
    const mend = 'Give the state or the return value that it leads to.';
    throw new FaultlineError('E_TARGET', `the return value ${value} of ${part}() leads to undefined`, mend, place);
  }
  return new Proxy(ret, {
    get(table, value) {
      // JSON.stringify() asks every object for a toJSON().
      if (typeof value === 'symbol' || value in table || value === 'toJSON') return Reflect.get(table, value) as Target;
      const near = nearNames(value, Object.keys(table));
      // Of two functions, nobody but their author knows which one has it right.
      const mend = near.startsWith('Did') ? `${near} It is misspelt there, or where ${part}() is called.` : near;
      throw new FaultlineError(
        'E_TARGET',
        `the return value ${quoted(value)} of ${part}() does not exist`,
        mend,
        place,
      );
    },
  });
}
