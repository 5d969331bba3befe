/** The options of `faultline list`. */
import type { Command } from 'commander';
import { TOPICS } from '../topics.ts';
import type { CommandContext } from './context.ts';

export function addList(program: Command, { io, load, finish }: CommandContext): void {
  program
    .command('list <TOPIC>')
    .summary('the names that the other commands take')
    .description(`The names that the other commands take. TOPIC: ${TOPICS.join(', ')}.`)
    .option('--json', 'one object of schema faultline.list/1')
    .action(async (topic: string, options: { readonly json?: boolean }) => {
      const { listCommand } = await import('../list.ts');
      finish(await listCommand(topic, options, io, load));
    });
}
