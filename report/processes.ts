/** What each process of a scenario runs, taken from the scenario's text. */

export interface ProcessText {
  /** The process's name, e.g. `T0`. */
  readonly id: string;
  /** Its part of the scenario text, attributes included; empty for a process that the text does not name. */
  readonly text: string;
  /** Its operations in order, e.g. `['load a', 'store a']`. */
  readonly operations: readonly string[];
}

/** A process of the text: the how-manieth. */
const ROOT = /^T(\d+)$/;
/** A process that another forks: its parent, and the how-manieth of the parent's forks. */
const FORKED = /^(.+)c(\d+)$/;

/**
 * @param ids process names: those of the scenario in its order, then what `--with` added or what they fork, as `T0c1`,
 * the child of T0's first fork
 */
export function processTexts(scenario: string, ids: readonly string[]): ProcessText[] {
  const parts = scenario
    .slice(scenario.indexOf(':') + 1)
    .split('||')
    .map((part) => part.trim());
  return ids.map((id, i) => forkedText(id, parts) ?? ownText(id, parts[i] ?? ''));
}

function ownText(id: string, text: string): ProcessText {
  const operations = text.replace(/\[[^\]]*\]/g, '').split(';');
  return { id, text, operations: operations.map((o) => o.trim().replace(/\s+/g, ' ')) };
}

/** A forked process runs what follows the fork. Undefined: the process is none. */
function forkedText(id: string, parts: readonly string[]): ProcessText | undefined {
  const [, parentId, nth] = FORKED.exec(id) ?? [];
  if (parentId === undefined) return undefined;
  const root = ROOT.exec(parentId);
  const parent = root ? ownText(parentId, parts[Number(root[1])] ?? '') : forkedText(parentId, parts);
  const forks = parent?.operations.flatMap((o, i) => (o === 'fork' ? [i] : [])) ?? [];
  const at = forks[Number(nth) - 1];
  if (parent === undefined || at === undefined) return undefined;
  const operations = parent.operations.slice(at + 1);
  return { id, text: operations.join('; '), operations };
}

/** `T0: load a; store a` */
export const caption = ({ id, text }: ProcessText): string => (text === '' ? id : `${id}: ${text}`);
