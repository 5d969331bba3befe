import { commandNames, helpOf } from './help.ts';
import { page } from './markdown.ts';

export default async function commandLine(): Promise<string> {
  const fenced = (text: string): string => `\`\`\`\n${text}\n\`\`\``;
  const commands = await Promise.all(
    (await commandNames()).map(async (name) => `## ${name}\n\n${fenced(await helpOf(name))}`),
  );
  return page(
    'Command line',
    'What `faultline --help` and `faultline COMMAND --help` print. Results go to stdout, progress and errors to stderr.',
    fenced(await helpOf()),
    ...commands,
  );
}
