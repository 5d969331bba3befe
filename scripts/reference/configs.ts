import { CONFIGS, type ConfigName } from '../../model/config.ts';
import { CONFIG_TEXTS } from '../../model/config-texts.ts';
import { code, page, sentence, table } from './markdown.ts';

export default async function configs(): Promise<string> {
  const names = Object.keys(CONFIGS) as ConfigName[];
  return page(
    'Configs',
    'What the build or the machine decides, not the patch. `--config name=value` sets one; every verdict names them.',
    ...names.map((name) => section(name)),
  );
}

function section(name: ConfigName): string {
  const { what, values } = CONFIG_TEXTS[name];
  const texts: Readonly<Record<string, string>> = values;
  const rows = CONFIGS[name].map((value, i) => [code(value), i === 0 ? 'default' : '', sentence(texts[value]!)]);
  return [`## ${name}`, sentence(what), table([['value', '', 'meaning'], ...rows])].join('\n\n');
}
