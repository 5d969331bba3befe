/** Random scenarios that were run: `npm run lab -- --kernel 6.12 --fs ext4 --random 500 --seed 11`, and what came of it. */
export interface RandomRun {
  readonly kernel: string;
  readonly fs: string;
  readonly seed: number;
  readonly scenarios: number;
  readonly operations: number;
  readonly compared: number;
  /** Differences that lab/conformance/known.ts explains. */
  readonly known: number;
  /** Others. */
  readonly differences: number;
}

export const RANDOM_RUNS: readonly RandomRun[] = [
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 1,
    scenarios: 120,
    operations: 1447,
    compared: 1424,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 2,
    scenarios: 120,
    operations: 1449,
    compared: 1423,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 11,
    scenarios: 500,
    operations: 6156,
    compared: 6066,
    known: 2,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 12,
    scenarios: 500,
    operations: 6153,
    compared: 6119,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'xfs',
    seed: 13,
    scenarios: 500,
    operations: 6096,
    compared: 6039,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 21,
    scenarios: 850,
    operations: 11679,
    compared: 11587,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 5.10.262',
    fs: 'ext4',
    seed: 22,
    scenarios: 850,
    operations: 11593,
    compared: 11514,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 7.2.12',
    fs: 'ext4',
    seed: 23,
    scenarios: 850,
    operations: 11683,
    compared: 11640,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 24,
    scenarios: 320,
    operations: 4335,
    compared: 4313,
    known: 0,
    differences: 0,
  },
];
