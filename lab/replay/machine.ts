/** The guest with a gdb stub: booted up to where its program waits for whoever holds it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argumentsOf, QEMU } from '../kernel/boot.ts';
import type { Kernel } from '../kernel/fetch.ts';
import { cacheFolder } from '../kernel/host.ts';
import type { Filesystem } from '../kernel/images.ts';
import { initramfsOf } from '../kernel/initramfs.ts';
import { Director } from './director.ts';
import { Gdb } from './gdb.ts';
import { SPIN_ON_OWNER, type Symbols } from './points.ts';

const BOOT_SECONDS = 180;
const LOOKS_PER_SECOND = 10;
/** Where it is stopped or written whatever the run is. */
const NEVER_CALLED = 'kernel_halt';
const COND_RESCHED = '_cond_resched';
const OWN = ['__x64_sys_getppid', NEVER_CALLED, COND_RESCHED, 'schedule', ...SPIN_ON_OWNER];

export interface Wanted {
  readonly kernel: Kernel;
  readonly fs: Filesystem;
  readonly script: string;
  readonly cpus: number;
  readonly symbols: readonly string[];
}

export class Machine {
  readonly director: Director;
  readonly symbols: Symbols;
  /** How many it has: 1 is the first of them. */
  readonly cpus: number;
  /** `6.12.117` */
  readonly release: string;
  private readonly qemu: ChildProcess;
  private readonly file: string;
  private readonly folder: string;

  /** @param root folder that what is kept goes below @throws Error where the guest does not come up */
  static async boot(root: string, { kernel, fs, script, cpus, symbols }: Wanted): Promise<Machine> {
    const files = { wanted: `${[...new Set([...OWN, ...symbols])].join('\n')}\n` };
    const initrd = initramfsOf(root, { kernel, fs, script, files, program: 'replay/guest/steer' });
    const kept = cacheFolder(root, 'guest', `${kernel.name}-${fs}`);
    const [log, console] = [join(kept, 'replay-log'), join(kept, 'replay-console')];
    rmSync(log, { force: true });
    const folder = mkdtempSync(join(tmpdir(), 'faultline-'));
    const socket = join(folder, 'gdb');
    const args = [
      ...argumentsOf({ kernel, fs, script }, initrd, log, console, cpus),
      ...['-gdb', `unix:${socket},server=on,wait=off`],
    ];
    const [command, ...words] = QEMU;
    const qemu = spawn(command, [...words, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const unguard = guard(qemu);
    qemu.once('exit', unguard);
    try {
      await comesUp(qemu, log);
      const text = readFileSync(log, 'utf8');
      const found = symbolsIn(text);
      const gdb = await Gdb.connect(socket);
      const at = (name: string): bigint => {
        const symbol = found.get(name);
        if (!symbol) throw new Error(`the kernel has no ${name}`);
        return symbol.begin;
      };
      const director = await Director.begin(gdb, {
        getppid: at('__x64_sys_getppid'),
        neverCalled: at(NEVER_CALLED),
        userPark: at('user_park'),
        // Only where the kernel is not preempted it is a function of its own.
        ...(found.has(COND_RESCHED) && { condResched: at(COND_RESCHED) }),
      });
      return new Machine({ director, symbols: found, cpus, release: releaseIn(text) }, qemu, log, folder);
    } catch (e) {
      qemu.kill();
      rmSync(folder, { recursive: true, force: true });
      throw e;
    }
  }

  private constructor(
    { director, symbols, cpus, release }: Pick<Machine, 'director' | 'symbols' | 'cpus' | 'release'>,
    qemu: ChildProcess,
    file: string,
    folder: string,
  ) {
    this.director = director;
    this.symbols = symbols;
    this.cpus = cpus;
    this.release = release;
    this.qemu = qemu;
    this.file = file;
    this.folder = folder;
  }

  /** Everything that the guest has printed so far. */
  log(): string {
    return readFileSync(this.file, 'utf8');
  }

  end(): void {
    this.director.gdb.close();
    this.qemu.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** It ends with this process, however that ends. @returns takes that back */
function guard(qemu: ChildProcess): () => void {
  const end = (): void => {
    qemu.kill();
  };
  const signalled = (): void => {
    end();
    process.exit(1);
  };
  process.once('exit', end);
  for (const s of ENDING) process.once(s, signalled);
  return () => {
    process.removeListener('exit', end);
    for (const s of ENDING) process.removeListener(s, signalled);
  };
}

async function comesUp(qemu: ChildProcess, log: string): Promise<void> {
  let failed: Error | undefined;
  // It also says so when it is ended in the end.
  let complaint = '';
  qemu.stderr?.on('data', (bytes) => {
    complaint += String(bytes);
  });
  qemu.once('error', (e) => {
    failed = e;
  });
  // Looked for so often, not so long: this process may be stopped in between, and the machine with it.
  for (let looks = 0; looks < BOOT_SECONDS * LOOKS_PER_SECOND; looks++) {
    if (existsSync(log) && /^# symbols end/m.test(readFileSync(log, 'utf8'))) return;
    if (failed) throw failed;
    if (qemu.exitCode !== null) break;
    await new Promise((r) => setTimeout(r, 1000 / LOOKS_PER_SECOND));
  }
  const said = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : '';
  throw new Error(`the guest did not come up:\n${complaint}${said}`);
}

/** What has no end that is told is taken for short. */
const SHORT = 0x1000n;

function symbolsIn(log: string): Symbols {
  const found = new Map<string, { begin: bigint; end: bigint }>();
  for (const [, begin, end, name] of log.matchAll(/^# symbol ([0-9a-f]+) ([0-9a-f]+) (\S+)/gm)) {
    const from = BigInt(`0x${begin}`);
    const to = BigInt(`0x${end}`);
    if (!found.has(name!)) found.set(name!, { begin: from, end: to > from ? to : from + SHORT });
  }
  return found;
}

/** A distribution's kernel may call itself by its own numbers, and say then which release it is. */
function releaseIn(log: string): string {
  const version = /^# version (.*)$/m.exec(log)?.[1] ?? '';
  return (/ Debian (\d+\.\d+(?:\.\d+)?)/.exec(version) ?? /version (\S+)/.exec(version))?.[1] ?? '';
}
