import { CONFIGS, type ConfigName, isModelled } from '../../model/config.ts';
import { CONFIG_TEXTS } from '../../model/config-texts.ts';
import { code, page, sentence, table } from './markdown.ts';

export default async function configs(): Promise<string> {
  const names = Object.keys(CONFIGS) as ConfigName[];
  return page(
    'Configs',
    'What the build or the machine decides, not the patch. `--config name=value` sets one; every verdict names them. A ' +
      'value that no path depends on yet is refused, not ignored.',
    ...names.map((name) => section(name)),
  );
}

function section(name: ConfigName): string {
  const { what, values } = CONFIG_TEXTS[name];
  const texts: Readonly<Record<string, string>> = values;
  const rows = CONFIGS[name].map((value, i) => {
    const note = i === 0 ? 'default' : isModelled(name, value) ? 'modelled' : 'not modelled: refused';
    return [code(value), note, sentence(texts[value]!)];
  });
  return [`## ${name}`, sentence(what), table([['value', '', 'meaning'], ...rows])].join('\n\n');
}
