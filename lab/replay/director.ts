/**
 * Holds processors of the guest one by one. One that is held is parked in an endless loop with interrupts on, not stopped: it still
 * answers to the others (TLB shootdowns), and to them it is only slow.
 */
import { type Cpu, fromLittleEndian, type Gdb, littleEndian } from './gdb.ts';

const MARK = 0xfa070000n;
/** Marks of the guest program (marks.h). */
export const HELLO = 0xff01;
export const LOOKS = 0xff02;
export const ENDS = 0xee;

/** Something that the machine stopped for. */
export interface Event {
  readonly cpu: Cpu;
  readonly address: bigint;
  /** The low 16 bits of a mark. */
  readonly mark?: number;
}

/**
 * Loops that a processor is parked in. In `sleeps` it sleeps until its next interrupt, and then again. In `spins` it never does: for
 * where interrupts are off, or the next instruction has to be stepped, which a sleeper does not. In the others it calls
 * _cond_resched() each time, with all registers kept that it may change. That is for a kernel that is not preempted: there no
 * grace period of RCU ends before each processor has met the scheduler.
 */
const LOOPS = {
  sleeps: { behind: 0n, begins: 'f4', yields: false },
  spins: { behind: 8n, begins: 'f390', yields: false },
  'sleeps and yields': { behind: 16n, begins: 'f4', yields: true },
  'spins and yields': { behind: 56n, begins: 'f390', yields: true },
} as const;
/** rax, rcx, rdx, rsi, rdi, r8 to r11. */
const PUSHES = '50515256574150415141524153';
const POPS = '415b415a415941585f5e5a5958';

const bytesOf = (code: string): bigint => BigInt(code.length / 2);

/** @param at its address @returns the loop's code */
function codeOf({ begins, yields }: (typeof LOOPS)[keyof typeof LOOPS], at: bigint, condResched = 0n): string {
  const before = `${begins}${PUSHES}e8`;
  const far = BigInt.asUintN(64, condResched - (at + bytesOf(before) + 4n));
  const body = yields ? `${before}${littleEndian(far).slice(0, 8)}${POPS}` : begins;
  return `${body}eb${littleEndian(BigInt.asUintN(64, -(bytesOf(body) + 2n))).slice(0, 2)}`;
}

const INTERRUPTS_ON = 0x200n;
/** Of user mode the guest program has one that does not need the right to halt. */
const KERNEL_FROM = 0xffff800000000000n;
/** What a function may begin with that does nothing, and how long it is: endbr64, and room for a call of ftrace. */
const NOTHING: readonly (readonly [begins: string, bytes: bigint])[] = [
  ['f30f1efa', 4n],
  ['0f1f440000', 5n],
  ['66666690', 4n],
  ['6666666690', 5n],
];

/** How often it is looked whether somebody has come out of an interrupt, and how many milliseconds lie between. */
const SETTLE_TRIES = 500;
const LONGEST_WAIT = 50;

export interface Places {
  /** Where all marks come by. */
  readonly getppid: bigint;
  /** A function that is never called: the endless loops are written over it. */
  readonly neverCalled: bigint;
  readonly userPark: bigint;
  /** _cond_resched() of a kernel that is not preempted. */
  readonly condResched?: bigint;
}

/** Where a processor is parked, and where it was. */
interface Parked {
  readonly at: bigint;
  readonly park: bigint;
  /** Behind the loop's begin, where nothing is on the stack yet. */
  readonly end: bigint;
}

export class Director {
  readonly gdb: Gdb;
  private readonly places: Places;
  private readonly parked = new Map<Cpu, Parked>();

  static async begin(gdb: Gdb, places: Places): Promise<Director> {
    for (const loop of Object.values(LOOPS)) {
      const at = places.neverCalled + loop.behind;
      if (places.condResched || !loop.yields) await gdb.writeMemory(1, at, codeOf(loop, at, places.condResched));
    }
    await gdb.addBreakpoint(places.getppid);
    return new Director(gdb, places);
  }

  private constructor(gdb: Gdb, places: Places) {
    this.gdb = gdb;
    this.places = places;
  }

  isHeld(cpu: Cpu): boolean {
    return this.parked.has(cpu);
  }

  /** Lets whoever is not held run until something happens. @returns undefined: nothing did in time; null: the machine is off */
  async next(milliseconds: number): Promise<Event | undefined | null> {
    for (let left = milliseconds; left > 0; ) {
      const stop = await this.gdb.run(left);
      if (stop === undefined) return null;
      left -= stop.waited;
      if (stop.interrupted) return undefined;
      const { cpu } = stop;
      const address = await this.gdb.readRegister(cpu, 'rip');
      if (!this.gdb.hasBreakpoint(address)) continue;
      if (address !== this.places.getppid) return { cpu, address };
      const mark = await this.markOf(cpu);
      if (mark !== undefined) return { cpu, address, mark };
      await this.pass(cpu);
    }
    return undefined;
  }

  /** What getppid(2) was called with: its first argument is in the registers that were saved. */
  private async markOf(cpu: Cpu): Promise<number | undefined> {
    const saved = await this.gdb.readRegister(cpu, 'rdi');
    const hex = await this.gdb.readMemory(cpu, saved + 0x70n, 8);
    const argument = fromLittleEndian(hex);
    return argument >> 16n === MARK >> 16n ? Number(argument & 0xffffn) : undefined;
  }

  /** Goes on from a breakpoint that is no hold. */
  async pass(cpu: Cpu): Promise<void> {
    const at = await this.gdb.readRegister(cpu, 'rip');
    await this.goOnFrom(cpu, at);
  }

  /** The mark's call returns. */
  async answer(cpu: Cpu, value: number): Promise<void> {
    const stack = await this.gdb.readRegister(cpu, 'rsp');
    const caller = await this.gdb.readMemory(cpu, stack, 8);
    await this.gdb.writeRegister(cpu, 'rsp', stack + 8n);
    await this.gdb.writeRegister(cpu, 'rax', BigInt(value));
    await this.gdb.writeRegister(cpu, 'rip', fromLittleEndian(caller));
  }

  /** Parks a processor where it stopped. @param stays whether a thread is held that might go on elsewhere if it met the scheduler */
  async hold(cpu: Cpu, stays = false): Promise<void> {
    const at = await this.gdb.readRegister(cpu, 'rip');
    const parked = { at, ...(await this.parkFor(cpu, at, stays)) };
    this.parked.set(cpu, parked);
    await this.gdb.writeRegister(cpu, 'rip', parked.park);
  }

  private async parkFor(cpu: Cpu, at: bigint, stays: boolean): Promise<Omit<Parked, 'at'>> {
    const { userPark, neverCalled, condResched } = this.places;
    if (at < KERNEL_FROM) return { park: userPark, end: userPark + 4n };
    const interruptible = ((await this.gdb.readRegister(cpu, 'eflags')) & INTERRUPTS_ON) !== 0n;
    const sleeps = interruptible && (await this.doesNothing(cpu, at)) !== undefined;
    const yields = interruptible && condResched !== undefined && !stays;
    const { behind, begins } = LOOPS[`${sleeps ? 'sleeps' : 'spins'}${yields ? ' and yields' : ''}`];
    const park = neverCalled + behind;
    return { park, end: park + bytesOf(begins) + 1n };
  }

  /** Waits until whoever is held is in its loop: it may be in an interrupt just now. Nobody may come to a breakpoint meanwhile. */
  async settle(cpu: Cpu): Promise<void> {
    const { park, end } = this.parked.get(cpu)!;
    for (let n = 0; ; n++) {
      const rip = await this.gdb.readRegister(cpu, 'rip');
      if (rip >= park && rip < end) return;
      if (n === SETTLE_TRIES) throw new Error(`processor ${cpu} does not come back to where it was held`);
      await this.gdb.run(Math.min(2 + n, LONGEST_WAIT));
    }
  }

  /** Lets it go on from where it was held. @param value of a mark: what its call returns */
  async release(cpu: Cpu, value?: number): Promise<void> {
    await this.settle(cpu);
    const { at } = this.parked.get(cpu)!;
    this.parked.delete(cpu);
    await this.gdb.writeRegister(cpu, 'rip', at);
    if (value === undefined) await this.goOnFrom(cpu, at);
    else await this.answer(cpu, value);
  }

  /** How long the instruction is, if it does nothing. */
  private async doesNothing(cpu: Cpu, at: bigint): Promise<bigint | undefined> {
    const code = await this.gdb.readMemory(cpu, at, 8);
    return NOTHING.find(([begins]) => code.startsWith(begins))?.[1];
  }

  /** Past the breakpoint: behind an instruction that does nothing, if there is one, else by executing it. */
  private async goOnFrom(cpu: Cpu, at: bigint): Promise<void> {
    if (!this.gdb.hasBreakpoint(at)) return;
    const nothing = await this.doesNothing(cpu, at);
    if (nothing !== undefined) {
      await this.gdb.writeRegister(cpu, 'rip', at + nothing);
      return;
    }
    await this.gdb.removeBreakpoint(at);
    await this.gdb.step(cpu);
    await this.gdb.addBreakpoint(at);
  }
}
