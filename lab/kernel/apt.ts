/**
 * Where a kernel's packages come from: the configured package sources, or another suite of the same archive. Such a suite is read
 * with lists and a cache of its own: what is configured on the machine stays as it is.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, LabSkipped, run } from './host.ts';

export interface Apt {
  /** As it is told. */
  readonly name: string;
  /** For every call of apt. */
  readonly options: readonly string[];
}

/** Series that no release of the distribution offers beside its own. */
const SUITES: Readonly<Record<string, string>> = { '5.10': 'bullseye-security', '7.2': 'trixie-backports' };

const CONFIGURED: Apt = { name: 'the configured package sources', options: [] };

/** @throws LabSkipped where the suite cannot be read */
export function aptFor(root: string, series: string): Apt {
  const suite = SUITES[series];
  if (suite === undefined) return CONFIGURED;
  if (configured().some((r) => r.release === suite)) return CONFIGURED;
  const apt = { name: `the suite ${suite}`, options: privateState(cacheFolder(root, 'apt', suite), suite) };
  try {
    run('timeout', ['240', 'apt-get', '-q', '-o', 'Acquire::Retries=1', '--error-on=any', ...apt.options, 'update']);
  } catch {
    throw new LabSkipped(
      `the suite ${suite} of the configured archive, which had Linux ${series}, cannot be read any more`,
    );
  }
  return apt;
}

interface Release {
  readonly uri: string;
  readonly release: string;
}

/** What the machine's sources name, in whatever form they are written. */
function configured(): Release[] {
  try {
    return run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'])
      .split('\n')
      .filter((l) => l !== '')
      .map((l) => ({ uri: l.split(' ')[0]!, release: l.split(' ')[1]! }));
  } catch {
    return [];
  }
}

/** The archive's part for security updates is one of its own. */
function archiveOf(suite: string): string {
  const security = suite.endsWith('-security');
  const names = /^[a-z]+(-security|-updates|-backports)?$/;
  const found = configured().find(
    (r) => names.test(r.release) && r.release.endsWith('-security') === security && /debian/.test(r.uri),
  );
  if (!found) throw new LabSkipped(`no configured package source is of the archive that has ${suite}`);
  return found.uri;
}

/** The keys are those that the machine trusts for all sources. */
function privateState(folder: string, suite: string): string[] {
  for (const d of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, d), { recursive: true });
  const sources = join(folder, 'sources.list');
  writeFileSync(sources, `deb ${archiveOf(suite)} ${suite} main\n`);
  const settings = {
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '-',
    'Acquire::Languages': 'none',
    // The folders belong to who runs the lab.
    'APT::Sandbox::User': '',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
