/** Random scenarios that were run: `npm run lab -- --kernel 6.12 --fs ext4 --random 500 --seed 11`, and what came of it. */
export interface RandomRun {
  readonly kernel: string;
  readonly fs: string;
  readonly seed: number;
  readonly scenarios: number;
  readonly operations: number;
  readonly compared: number;
  readonly differences: number;
}

export const RANDOM_RUNS: readonly RandomRun[] = [
  { kernel: 'Linux 6.12.117', fs: 'ext4', seed: 1, scenarios: 120, operations: 1447, compared: 1424, differences: 0 },
  { kernel: 'Linux 6.1.192', fs: 'ext4', seed: 2, scenarios: 120, operations: 1449, compared: 1423, differences: 0 },
  { kernel: 'Linux 6.12.117', fs: 'ext4', seed: 11, scenarios: 500, operations: 6156, compared: 6066, differences: 2 },
  { kernel: 'Linux 6.1.192', fs: 'ext4', seed: 12, scenarios: 500, operations: 6153, compared: 6119, differences: 0 },
  { kernel: 'Linux 6.12.117', fs: 'xfs', seed: 13, scenarios: 500, operations: 6096, compared: 6039, differences: 0 },
];
