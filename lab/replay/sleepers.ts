/**
 * Processes that wait until the run is over. The kernel wakes one whenever something has come that it waits for; in the run
 * somebody else is faster then, and it sleeps on. So it is held where its schedule() returns, before it looks whether it may go
 * on. When the run is over it is let go, and has to fall asleep again.
 */
import type { Director, Event } from './director.ts';
import { type Cpu, fromLittleEndian } from './gdb.ts';

/** THREAD_SIZE of x86-64: a kernel stack is as long, and aligned to it. */
const STACK_SIZE = 0x4000n;

/** Where a schedule() goes back to, and the stack at its begin. */
interface Sleep {
  readonly address: bigint;
  readonly stack: bigint;
}

export class Sleepers {
  private readonly director: Director;
  private readonly schedule: bigint;
  /** Where the kernel stacks of the processes begin: while one sleeps others use its processor. */
  private readonly stacks = new Map<Cpu, bigint>();
  private readonly asleep = new Map<Cpu, Sleep>();

  /** @param schedule address of the function */
  constructor(director: Director, schedule: bigint) {
    this.director = director;
    this.schedule = schedule;
  }

  /** A process is in a system call of its own. */
  async isOn(cpu: Cpu): Promise<void> {
    this.stacks.set(cpu, begins(await this.director.gdb.readRegister(cpu, 'rsp')));
  }

  /** Somebody goes on to where he waits. */
  async watch(): Promise<void> {
    await this.director.gdb.addBreakpoint(this.schedule);
  }

  /** Somebody has come to a breakpoint: it may be his schedule(). */
  async note({ cpu, address }: Event): Promise<void> {
    if (address !== this.schedule) return;
    const { gdb } = this.director;
    const stack = await gdb.readRegister(cpu, 'rsp');
    if (begins(stack) !== this.stacks.get(cpu)) return;
    this.asleep.set(cpu, { address: fromLittleEndian(await gdb.readMemory(cpu, stack, 8)), stack });
  }

  /** Whether he has come to his schedule(). */
  sleeps(cpu: Cpu): boolean {
    return this.asleep.has(cpu);
  }

  /** Whoever sleeps now is held when he wakes. */
  async unwatch(): Promise<void> {
    await this.director.gdb.removeBreakpoint(this.schedule);
    for (const { address } of this.asleep.values()) await this.director.gdb.addBreakpoint(address);
  }

  /** Whether a breakpoint is where a sleeper wakes. */
  async wakes({ cpu, address }: Event): Promise<boolean> {
    const sleep = this.asleep.get(cpu);
    if (sleep?.address !== address) return false;
    return (await this.director.gdb.readRegister(cpu, 'rsp')) === sleep.stack + 8n;
  }

  /** Nobody is held any more when he wakes. */
  async forget(): Promise<void> {
    for (const { address } of this.asleep.values()) await this.director.gdb.removeBreakpoint(address);
    this.asleep.clear();
  }
}

const begins = (stack: bigint): bigint => stack & -STACK_SIZE;
