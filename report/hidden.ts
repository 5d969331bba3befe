/** What "all as declared" does not say: behind a violation that is declared, another one of the same property is not seen. */
import { fileURLToPath } from 'node:url';
import { table, WIDTH, wrap } from './text.ts';
import { propertiesOf, type Run } from './verdicts.ts';

/** Where the built-in designs are, as sources and when built. */
const BUILT_IN = fileURLToPath(new URL('../model/designs/', import.meta.url));

/** Whether the design came from a file of the user's: that of a built-in one declares what its own source does. */
export const isOfFile = ({ file }: Pick<Run, 'file'>): boolean => file !== undefined && !file.startsWith(BUILT_IN);

/** Of runs that are all as declared: the cells in which something may hide, and how to look behind them. */
export function hiddenLines(runs: readonly Run[], known: readonly string[]): string[] {
  const cells = hiddenCells(runs, known);
  if (cells.length === 0) return [];
  return [
    ...wrap(
      'A declared violation hides any other of the same property in the same scenario, a new one as well:',
      WIDTH,
      2,
    ),
    ...cells.flatMap((cell) => wrap(`  ${cell}`, WIDTH, 6)),
    ...(runs.some(isOfFile) ? LOOK : []),
  ];
}

const LOOK = [
  'To look behind one (BASE: what yours is based on; TEXT: a scenario of your own in which BASE holds):',
  ...table(
    [
      ['faultline compare BASE FILE --scenario TEXT', 'the verdicts of both'],
      ['faultline explain RESULT --design BASE', 'whether a stored run is one of BASE, too'],
    ],
    { indent: 2 },
  ),
];

/** `flush-first: fsync-durable in fsync-fsync` */
function hiddenCells(runs: readonly Run[], known: readonly string[]): string[] {
  const designs = [...new Set(runs.map((r) => r.design))];
  return designs.flatMap((design) => {
    const own = runs.filter((r) => r.design === design);
    return propertiesOf(own, known).flatMap((id) => {
      const violating = own.filter((r) => r.properties.some((p) => p.id === id && p.verdict === 'violated'));
      const names = [...new Set(violating.map((r) => r.name ?? r.scenario))];
      return names.length === 0 ? [] : [`${design}: ${id} in ${names.join(', ')}`];
    });
  });
}
