/** A user's shell: one page's commands, one block after the other, in folders of their own far from here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Installed } from '../package/installed.ts';

/** Where a page's commands begin. */
export type Start =
  /** In a folder in which the package is installed. */
  | 'installed'
  /** In a folder that holds the checkout `faultline/`. */
  | 'beside'
  /** In the checkout, with its dependencies. */
  | 'checkout';

export interface Printed {
  readonly code: number | null;
  /** stdout and stderr, as a terminal shows them. */
  readonly text: string;
}

const WATCHING = 'Ctrl-C ends it.\n';
const WATCH_LIMIT_MS = 60_000;

export class Session {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'faultline-docs-'));
  private folder: string;
  private watched: Watched | undefined;

  constructor(user: Installed, start: Start) {
    const checkout = join(this.scratch, 'faultline');
    const own = join(this.scratch, 'mine');
    if (start !== 'installed') cpSync(user.sources, checkout, { recursive: true, verbatimSymlinks: true });
    mkdirSync(own);
    symlinkSync(join(user.folder, 'node_modules'), join(own, 'node_modules'));
    this.standIns(join(user.folder, 'node_modules'));
    this.folder = { installed: own, beside: this.scratch, checkout }[start];
  }

  /**
   * What would download something, or is slow to start, is done by hand: `npm install` links what is installed already,
   * and `npx` runs what it would find. All else of npm is npm itself.
   */
  private standIns(modules: string): void {
    const bin = join(this.scratch, 'bin');
    mkdirSync(bin);
    const script = (name: string, lines: readonly string[]): void => {
      writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'));
      chmodSync(join(bin, name), 0o755);
    };
    script('npm', [
      'case "$1" in',
      // What is to be installed: files have to be there.
      `install) for a; do case "$a" in *.tgz) test -f "$a" || exit 1;; esac; done; ln -s ${modules} node_modules;;`,
      'ci) test -d node_modules;;',
      `*) PATH="\${PATH#*:}" exec npm "$@";;`,
      'esac',
    ]);
    script('npx', [
      'program=$1; shift',
      'if test "$program" = faultline && test -f dist/cli/main.js; then exec node dist/cli/main.js "$@"; fi',
      'exec "node_modules/.bin/$program" "$@"',
    ]);
  }

  /** Runs a block of commands, up to the first that fails. */
  async run(commands: string): Promise<Printed> {
    await this.unwatch();
    const place = join(this.scratch, 'place');
    const child = this.shell(`${commands}\npwd > '${place}'`);
    const text = collected(child);
    const code = await closed(child);
    if (code === 0) this.folder = readFileSync(place, 'utf8').trim();
    return { code, text: text() };
  }

  /** Begins a command that runs until the next one; returns when it waits for changes. */
  async watch(command: string): Promise<Printed> {
    await this.unwatch();
    // Not a child of the shell: that would be left behind when the shell is ended.
    const child = this.shell(`exec ${command.trim()}`);
    this.watched = { child, text: collected(child) };
    return this.seen();
  }

  /** What the watched command printed since the last time. */
  async seen(): Promise<Printed> {
    const { child, text } = this.watched!;
    const until = Date.now() + WATCH_LIMIT_MS;
    let all = text();
    while (!all.endsWith(WATCHING)) {
      if (Date.now() > until || child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
      all += text();
    }
    return { code: 0, text: all };
  }

  get watching(): boolean {
    return this.watched !== undefined;
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    mkdirSync(join(this.folder, file, '..'), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  async end(): Promise<void> {
    await this.unwatch();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private async unwatch(): Promise<void> {
    if (!this.watched) return;
    const { child } = this.watched;
    this.watched = undefined;
    child.kill('SIGINT');
    await closed(child);
  }

  private shell(script: string): ChildProcess {
    const env = {
      ...process.env,
      PATH: `${join(this.scratch, 'bin')}:${process.env.PATH}`,
      NO_COLOR: '1',
      npm_config_loglevel: 'silent',
      npm_config_offline: 'true',
    };
    return spawn('sh', ['-ec', `exec 2>&1\n${script}`], {
      cwd: this.folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

interface Watched {
  readonly child: ChildProcess;
  /** What came since it was last asked. */
  readonly text: () => string;
}

function collected(child: ChildProcess): () => string {
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => {
    const all = text;
    text = '';
    return all;
  };
}

const closed = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.on('close', resolve));
