/** One boot: the guest runs its script and switches itself off. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './host.ts';
import { type Guest, initramfsOf } from './initramfs.ts';

export interface Booted {
  /** What the observer printed. */
  readonly log: string;
  readonly seconds: number;
}

/** 512 MiB of persistent memory at 1 GiB: pages with a struct page each, and so DAX, without any further tool. */
const MEMORY = ['memmap=512M!1G', 'pmembase=40000'];
/** No address is random, nothing is measured at boot, nothing runs in the background. */
const STEADY = [
  'nokaslr',
  'norandmaps',
  'mitigations=off',
  'tsc=reliable',
  // On a busy host the timer may not tick in the moment in which the kernel looks whether it does, and it panics then.
  'no_timer_check',
  'audit=0',
  'nowatchdog',
  'rcupdate.rcu_expedited=1',
];
const CONSOLE = ['console=ttyS0,115200', 'panic=-1', 'oops=panic', 'quiet', 'loglevel=4'];

/** What a guest is run by: it ends with this process, however that ends. */
export const QEMU: readonly [string, ...string[]] = ['setpriv', '--pdeathsig', 'KILL', 'qemu-system-x86_64'];

/** @param limit seconds after which it is given up @throws Error with what the guest said last */
export function boot(root: string, guest: Guest, limit = 1500): Booted {
  const begun = performance.now();
  const initrd = initramfsOf(root, guest);
  const folder = cacheFolder(root, 'guest', `${guest.kernel.name}-${guest.fs}`);
  const [log, console] = [join(folder, 'log'), join(folder, 'console')];
  rmSync(log, { force: true });
  const [command, ...words] = QEMU;
  const { error, status } = spawnSync(command, [...words, ...argumentsOf(guest, initrd, log, console)], {
    timeout: limit * 1000,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const text = readFileSync(log, 'utf8');
  if (error || status !== 0 || !/^# done /m.test(text)) {
    const last = text.trimEnd().split('\n').slice(-5).join('\n');
    throw new Error(`the guest did not come to its end${error ? ` in ${limit} s` : ''}:\n${last}`);
  }
  return { log: text, seconds: (performance.now() - begun) / 1000 };
}

/** @param cpus processors; with more than two, all but the first and the last are left to who asks for them */
export function argumentsOf({ kernel, fs }: Guest, initrd: string, log: string, console: string, cpus = 2): string[] {
  const isolated = cpus > 2 ? [`isolcpus=1-${cpus - 2}`] : [];
  const append = [...CONSOLE, ...STEADY, ...MEMORY, ...isolated, `daxfs=${fs}`].join(' ');
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-machine', 'pc', '-m', '2G'],
    ...['-cpu', 'qemu64', '-smp', `${cpus}`, '-accel', 'tcg,thread=multi'],
    ...['-kernel', kernel.image, '-initrd', initrd, '-append', append],
    ...['-chardev', `file,id=c0,path=${console}`, '-serial', 'chardev:c0'],
    ...['-chardev', `file,id=c1,path=${log}`, '-serial', 'chardev:c1'],
  ];
}
