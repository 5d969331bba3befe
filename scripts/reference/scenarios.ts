import { CONFIG_SCENARIOS, COVERAGE_SCENARIOS, SCENARIOS } from '../../model/scenarios.ts';
import { bullets, code, page, table } from './markdown.ts';

export default async function scenarios(): Promise<string> {
  const named = Object.entries(SCENARIOS).flatMap(([name, texts]) =>
    texts.map((text, i) => [i === 0 ? code(name) : '', code(text)]),
  );
  const configs = Object.entries(CONFIG_SCENARIOS);
  return page(
    'Scenarios',
    'A scenario is the closed system that is explored: pages with their initial state, and processes with their ' +
      "operations. `--scenario` takes a name of this list or a text of one's own: [write a " +
      'scenario](../how-to/write-a-scenario.md).',
    '## Default scenarios',
    'Without `--scenario` all of these are explored. A name may stand for several texts.',
    table([['name', 'text'], ...named]),
    '## Scenarios for coverage',
    'What the default scenarios leave out: every alternative of every path is taken in one of all these, or says why not. ' +
      '`verify --coverage` explores them as well; no property is judged in them.',
    bullets(COVERAGE_SCENARIOS.map(code)),
    ...(configs.length === 0
      ? []
      : [
          'The same under other [configs](configs.md) than the default:',
          ...configs.map(([setting, texts]) => `${code(setting)}:\n\n${bullets(texts.map(code))}`),
        ]),
  );
}
