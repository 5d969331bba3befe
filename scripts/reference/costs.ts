import { COST_SCENARIOS } from '../../report/compare/answers.ts';
import { loadCosts } from '../../verify/registry.ts';
import { bullets, code, page, sentence, table } from './markdown.ts';

export default async function costs(): Promise<string> {
  const all = await loadCosts();
  return page(
    'Costs',
    '`faultline compare` counts what each operation costs in its best and its worst run, over all interleavings, each cost ' +
      'by itself. Costs are counts of steps and events, not times.',
    table([
      ['cost', 'what is counted', 'what the kernel does besides'],
      ...all.map((c) => [c.title, sentence(c.what), c.leftOut === undefined ? '' : sentence(c.leftOut)]),
    ]),
    'They are counted in these scenarios of one thread, and in those given with `--scenario`:',
    bullets(COST_SCENARIOS.map(code)),
  );
}
