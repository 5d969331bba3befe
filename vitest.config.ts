import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Takes minutes on one core: if it does not begin first, the other core waits for it at the end. */
const LONGEST = '/test/model/engines.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const first = (f: TestSpecification): number => (f.moduleId.endsWith(LONGEST) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => first(a) - first(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
  },
});
