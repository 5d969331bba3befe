import { expect, it } from 'vitest';
import { optionsIn } from '../../lab/kernel/options.ts';
import { checkScript } from '../../lab/kernel/script.ts';

it('the lab boots 6.12 on ext4 with the recorded scenarios unless told otherwise', () => {
  expect(optionsIn([])).toMatchObject({
    series: '6.12',
    fs: 'ext4',
    script: undefined,
    races: false,
    only: undefined,
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
  [['--only', 'huge-'], '--only is given without --races'],
  [['--trace', 'a=hole: load a', '--script', 'x'], 'given together'],
  [['--short', '--races'], 'given together'],
  [['--script', 'nowhere.txt'], '"nowhere.txt" cannot be read'],
  [['--kernal', '6.1'], 'kernal'],
])('%j is refused before anything is booted', (argv, message) => {
  expect(() => optionsIn(argv)).toThrow(message);
});

it.each([
  ['S one\ntrunc 4\nlod a 1\n', 'line 3 of the script has an operation that there is not: "lod a 1"'],
  ['S one\npar ld a 1 | fsink\n', 'line 2 of the script has an operation that there is not'],
  ['S one\nchild lod a 1\n', 'line 2'],
  ['trunc 4\n', 'stands before the first scenario'],
])('a script that the guest cannot run is refused with its line: %j', (script, message) => {
  expect(() => checkScript(script, 'my.txt')).toThrow(message);
});
it('comments and what is run at once are no operations of their own', () => {
  expect(() => checkScript('smaps 0\n# x\nS one *3\n\npar ~5 ld a 1 | ~7 st a 1 ; fsync\n', 'my.txt')).not.toThrow();
});
