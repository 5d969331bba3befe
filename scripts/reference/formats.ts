import {
  formatIds,
  graphFormatIds,
  loadFormat,
  loadGraphFormat,
  loadModelFormat,
  modelFormatIds,
} from '../../verify/registry.ts';
import { code, page, prose, table } from './markdown.ts';

interface About {
  readonly title: string;
  readonly extension: string;
}

export default async function formats(): Promise<string> {
  const rows = async (ids: readonly string[], load: (id: string) => Promise<About>): Promise<string[][]> =>
    Promise.all(
      ids.map(async (id) => {
        const { title, extension } = await load(id);
        return [code(id), code(`.${extension}`), prose(title)];
      }),
    );
  const shapes = async (): Promise<string[][]> =>
    (
      await Promise.all(
        (
          await modelFormatIds()
        ).map(async (id) =>
          Object.entries((await loadModelFormat(id)).shapes).map(([s, what]) => [code(id), code(s), prose(what)]),
        ),
      )
    ).flat();
  const head = ['format', 'file', 'what it is'];
  return page(
    'Formats',
    '## Results',
    '`verify`, `compare` and `explain`: `--format F` prints one of these in place of the text; `--out DIR` with one or several ' +
      '`--format` writes files beside the text. `--json` is `--format json`.',
    table([head, ...(await rows(await formatIds(), loadFormat))]),
    '## State graphs',
    '`export --to F`, to stdout or with `--out DIR` to a file.',
    table([head, ...(await rows(await graphFormatIds(), loadGraphFormat))]),
    '## Models for other checkers',
    '`export --to F`, to stdout or with `--out DIR` to a file; `--shape S` says how the system is written.',
    table([head, ...(await rows(await modelFormatIds(), loadModelFormat))]),
    table([['format', 'shape', 'what it is'], ...(await shapes())]),
    '## Comparisons',
    'Of `compare`, `table`, `markdown` and `json` show the designs side by side (JSON of schema `faultline.compare/1`, ' +
      'whose `runs` are those of a result); the other formats show each run as of `verify`.',
  );
}
