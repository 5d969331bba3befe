/** SARIF against the OASIS schema (as the npm package of Microsoft's SARIF SDK carries it), and what viewers need. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import ajvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Location, Log, Result, ThreadFlowLocation } from 'sarif';
import { describe, expect, it } from 'vitest';
import { HOLDS, LASSO, TWO_THREADS, written } from './written.ts';

const SCHEMA = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
const ajv = new ajvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv as never);
const valid = ajv.compile(JSON.parse(readFileSync(createRequire(import.meta.url).resolve(SCHEMA), 'utf8')));

async function logOf(...argv: readonly string[]): Promise<Log> {
  const { files } = await written('sarif', ...argv);
  const log = JSON.parse(files['faultline.sarif']!) as Log;
  valid(log);
  expect(valid.errors ?? []).toEqual([]);
  return log;
}
const resultsOf = async (...argv: readonly string[]) => (await logOf(...argv)).runs[0]!.results!;
const failing = async (...argv: readonly string[]): Promise<Result> =>
  (await resultsOf(...argv)).find((r) => r.kind === 'fail')!;
const uriOf = (l: Location | undefined) => l?.physicalLocation?.artifactLocation?.uri;

describe('the schema', () => {
  it('refuses a result without message, so that it does judge', () => {
    const log = { version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ ruleId: 'y' }] }] };
    expect(valid(log)).toBe(false);
  });
});

describe('SARIF', () => {
  it('is valid for violations, lassos, what holds, and a run without any result', async () => {
    for (const argv of [TWO_THREADS, LASSO, HOLDS, ['verify', 'v4.0', '--scenario', 'fsync', '--property', 'none']]) {
      await logOf(...argv);
    }
  });

  it('has a result for each property, and a rule with its sentence', async () => {
    const [run] = (await logOf(...HOLDS)).runs;
    expect(run!.results!.map((r) => [r.ruleId, r.kind, r.level])).toEqual([
      ['mtime-on-write', 'pass', 'none'],
      ['no-warn', 'pass', 'none'],
    ]);
    expect(run!.tool.driver.rules!.map((r) => r.id)).toEqual(['mtime-on-write', 'no-warn']);
    for (const r of run!.results!) expect(run!.tool.driver.rules![r.ruleIndex!]!.id).toBe(r.ruleId);
    expect(run!.tool.driver.rules![0]!.fullDescription!.text).toContain('file_update_time');
  });

  it('says with the exit code of the program how it ended', async () => {
    expect((await logOf(...TWO_THREADS)).runs[0]!.invocations![0]).toMatchObject({
      executionSuccessful: true,
      exitCode: 1,
    });
    expect((await logOf(...HOLDS)).runs[0]!.invocations![0]).toMatchObject({ executionSuccessful: true, exitCode: 0 });
  });

  it('shows a counterexample as one code flow, a thread flow per process, ordered across them', async () => {
    const { codeFlows } = await failing(...TWO_THREADS);
    expect(codeFlows).toHaveLength(1);
    const flows = codeFlows![0]!.threadFlows;
    expect(flows.map((f) => f.id)).toEqual(['T0', 'T1']);
    const orders = flows.flatMap((f) => f.locations.map((l) => l.executionOrder!));
    expect([...orders].sort((a, b) => a - b)).toEqual(orders.map((_, i) => i + 1));
    for (const f of flows) {
      const own = f.locations.map((l) => l.executionOrder!);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });

  it('nests by calls, and gives the initial state and what each step changes', async () => {
    const [flow] = (await failing(...TWO_THREADS)).codeFlows![0]!.threadFlows;
    expect(flow!.initialState!['pte[mm1].a']).toEqual({ text: 'none' });
    const of = (fn: string): ThreadFlowLocation =>
      flow!.locations.find((l) => l.location!.logicalLocations![0]!.name === fn)!;
    const insert = of('insert_pfn');
    expect(insert.nestingLevel).toBeGreaterThan(of('handle_pte_fault').nestingLevel!);
    expect(insert.state!['pte[mm1].a']!.text).toMatch(/blk\.a/);
    expect(insert.importance).not.toBe('unimportant');
  });

  it('points at the kernel source of a step whose part is not in the design’s file, relative to that tree', async () => {
    const log = await logOf(...TWO_THREADS);
    const flow = log.runs[0]!.results!.find((r) => r.kind === 'fail')!.codeFlows![0]!.threadFlows[0]!;
    const handle = flow.locations.find((l) => l.location!.logicalLocations![0]!.name === 'handle_pte_fault')!.location!;
    expect(handle.physicalLocation!.artifactLocation).toEqual({ uri: 'mm/memory.c', uriBaseId: 'LINUX_V4.0' });
    expect(log.runs[0]!.originalUriBaseIds).toHaveProperty(['LINUX_V4.0']);
    expect(handle.logicalLocations![0]!.fullyQualifiedName).toBe('linux v4.0 mm/memory.c handle_pte_fault');
  });

  it.each([
    ['a built-in design', 'model/designs/v4.14.ts', ['v4.14', '--scenario', 'store-write', '--property', 'no-warn']],
    [
      'a file of one’s own',
      'casebook/designs/pte-before-dirty.ts',
      ['./casebook/designs/pte-before-dirty.ts', '--scenario', 'store-fsync'],
    ],
  ])('points at the line that was taken in %s, where the step was written there', async (_, file, argv) => {
    const { codeFlows, relatedLocations } = await failing('verify', ...argv);
    const locations = codeFlows!.flatMap((c) => c.threadFlows.flatMap((f) => f.locations.map((l) => l.location!)));
    const own = locations.filter((l) => uriOf(l) === file);
    expect(own.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThan(locations.length);
    const lines = readFileSync(resolve(file), 'utf8').split('\n');
    for (const l of own) {
      const { startLine, startColumn } = l.physicalLocation!.region!;
      expect(lines[startLine! - 1]!.slice(startColumn! - 1)).toMatch(/^[\w.]+\(/);
    }
    expect(uriOf(relatedLocations!.at(-1))).toBe(file);
  });

  it('places a violation of a user’s file in that file, and the kernel’s function beside it', async () => {
    const file = 'test/variations/flush-first.ts';
    const argv = ['verify', `./${file}`, '--scenario', 'fsync-fsync', '--property', 'fsync-durable'];
    const { locations, relatedLocations, codeFlows } = await failing(...argv);
    const steps = codeFlows!.flatMap((c) => c.threadFlows.flatMap((f) => f.locations));
    const inOrder = steps.sort((a, b) => a.executionOrder! - b.executionOrder!).map((l) => l.location!);
    const last = inOrder.findLast((l) => uriOf(l) === file)!;
    expect(locations!.map((l) => l.physicalLocation)).toEqual([last.physicalLocation]);
    expect(last.physicalLocation!.region!.startLine).toBeGreaterThan(1);
    expect(relatedLocations!.map(uriOf)).toEqual(['fs/ext4/fsync.c', file]);
  });

  it('places it where the design begins if none of its steps is written in the file', async () => {
    const file = 'casebook/designs/zero-page-with-dax_pfn_mkwrite.ts';
    const { locations } = await failing('verify', `./${file}`, '--scenario', 'fsync-fsync');
    expect(locations!.map(uriOf)).toEqual([file]);
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines[locations![0]!.physicalLocation!.region!.startLine! - 1]).toMatch(/^export default/);
  });

  it('has whole sentences as the texts of its rules, without the names of our steps', async () => {
    const argv = ['verify', 'v4.14', '--scenario', 'a=block: store a', ...['--property', 'no-freed-block-mapped']];
    const [rule] = (await logOf(...argv)).runs[0]!.tool.driver.rules!;
    expect(rule!.shortDescription!.text).toBe(
      'No translation, shared or private, writable or not, maps a block that is free or belongs to another file; no ' +
        'exception while the fault lock is held.',
    );
    for (const { shortDescription, fullDescription } of (await logOf('verify', 'v4.14', '--scenario', 'fsync')).runs[0]!
      .tool.driver.rules!) {
      expect(shortDescription!.text).toMatch(/\.$/);
      expect(fullDescription!.text).not.toMatch(/\b[FT]\d+\b/);
    }
  });

  it('has a fingerprint that is of the question, not of the answer', async () => {
    const prints = async (...argv: string[]) =>
      (await resultsOf(...argv)).map((r) => r.partialFingerprints!['faultlineRun/v1']!);
    const argv = ['verify', 'v4.0', 'v4.14', '--scenario', 'store-punch', '--property', 'no-freed-block-mapped'];
    const [first, second] = await prints(...argv);
    expect(await prints(...argv)).toEqual([first, second]);
    expect(first).not.toBe(second);
    const [other] = await prints(...argv.slice(0, 2), ...argv.slice(3), '--config', 'block-reuse=none');
    expect(other).not.toBe(first);
  });
});
