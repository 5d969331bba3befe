import { expect, it } from 'vitest';
import { optionsIn } from '../../lab/kernel/options.ts';

it('the lab boots 6.12 on ext4 with the recorded scenarios unless told otherwise', () => {
  expect(optionsIn([])).toMatchObject({
    series: '6.12',
    fs: 'ext4',
    script: undefined,
    races: false,
    random: undefined,
  });
  expect(optionsIn(['--kernel', '6.1', '--fs', 'xfs', '--random', '500', '--seed', '11'])).toMatchObject({
    series: '6.1',
    fs: 'xfs',
    random: 500,
    seed: 11,
  });
});

it.each([
  [['--fs', 'xsf'], '--fs is not "xsf"'],
  [['--kernel', 'six'], '--kernel is not "six"'],
  [['--times', 'many', '--races'], '--times is not "many"'],
  [['--random', '0'], '--random is not "0"'],
  [['--races', '--random', '5'], 'given together'],
  [['--script', 'nowhere.txt'], '"nowhere.txt" cannot be read'],
  [['--kernal', '6.1'], 'kernal'],
])('%j is refused before anything is booted', (argv, message) => {
  expect(() => optionsIn(argv)).toThrow(message);
});
