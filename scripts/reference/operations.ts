import { usage } from '../../model/operation.ts';
import { operations as known } from '../../verify/registry.ts';
import { code, page, prose, table } from './markdown.ts';

export default async function operations(): Promise<string> {
  return page(
    'Operations',
    'What a process of a scenario does, one after the other, separated by `;`. `P` is a page: a letter. How a scenario is ' +
      'written: [write a scenario](../how-to/write-a-scenario.md).',
    table([['operation', 'what it is'], ...(await known()).map((o) => [code(usage(o)), prose(o.what)])]),
  );
}
