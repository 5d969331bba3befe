/** What each process of a scenario runs, taken from the scenario's text. */

export interface ProcessText {
  /** The process's name, e.g. `T0`. */
  readonly id: string;
  /** Its part of the scenario text, attributes included; empty for a process that the text does not name. */
  readonly text: string;
  /** Its operations in order, e.g. `['load a', 'store a']`. */
  readonly operations: readonly string[];
}

/** @param ids process names in scenario order; processes that `--with` added come after those of the text */
export function processTexts(scenario: string, ids: readonly string[]): ProcessText[] {
  const parts = scenario
    .slice(scenario.indexOf(':') + 1)
    .split('||')
    .map((part) => part.trim());
  return ids.map((id, i) => {
    const text = parts[i] ?? '';
    const operations = text.replace(/\[[^\]]*\]/g, '').split(';');
    return { id, text, operations: operations.map((o) => o.trim().replace(/\s+/g, ' ')) };
  });
}

/** `T0: load a; store a` */
export const caption = ({ id, text }: ProcessText): string => (text === '' ? id : `${id}: ${text}`);
