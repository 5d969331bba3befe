/**
 * Holds processors of the guest one by one. One that is held is parked in an endless loop with interrupts on, not stopped: it still
 * answers to the others (TLB shootdowns), and to them it is only slow.
 */
import { type Cpu, fromLittleEndian, type Gdb } from './gdb.ts';

export const MARK = 0xfa070000n;
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

/** `hlt; jmp` back to it: the processor sleeps until its next interrupt, and then again. */
const SLEEP = 'f4ebfd';
/** `jmp` to itself, behind it: for where interrupts are off, or the next instruction has to be stepped, which a sleeper does not. */
const SPIN = 'ebfe';
const SPIN_BEHIND = 8n;
const INTERRUPTS_ON = 0x200n;
/** Of user mode the guest program has one that does not need the right to halt. */
const KERNEL_FROM = 0xffff800000000000n;
/** What a function may begin with that does nothing, and how long it is: endbr64, and room for a call of ftrace. */
const NOTHING: readonly (readonly [begins: string, bytes: bigint])[] = [
  ['f30f1efa', 4n],
  ['0f1f440000', 5n],
  ['66666690', 4n],
];

/** How often it is looked whether somebody has come out of an interrupt, and how many milliseconds lie between. */
const SETTLE_TRIES = 500;
const LONGEST_WAIT = 50;

export interface Places {
  /** Where all marks come by. */
  readonly getppid: bigint;
  /** A function that is never called: the endless loop is written over it. */
  readonly neverCalled: bigint;
  readonly userPark: bigint;
}

export class Director {
  readonly gdb: Gdb;
  private readonly places: Places;
  private readonly parked = new Map<Cpu, { readonly at: bigint; readonly park: bigint }>();

  static async begin(gdb: Gdb, places: Places): Promise<Director> {
    await gdb.writeMemory(1, places.neverCalled, SLEEP);
    await gdb.writeMemory(1, places.neverCalled + SPIN_BEHIND, SPIN);
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

  /** Parks a processor where it stopped. */
  async hold(cpu: Cpu): Promise<void> {
    const at = await this.gdb.readRegister(cpu, 'rip');
    const park = await this.parkFor(cpu, at);
    this.parked.set(cpu, { at, park });
    await this.gdb.writeRegister(cpu, 'rip', park);
  }

  private async parkFor(cpu: Cpu, at: bigint): Promise<bigint> {
    if (at < KERNEL_FROM) return this.places.userPark;
    const flags = await this.gdb.readRegister(cpu, 'eflags');
    const sleeps = (flags & INTERRUPTS_ON) !== 0n && (await this.doesNothing(cpu, at)) !== undefined;
    return this.places.neverCalled + (sleeps ? 0n : SPIN_BEHIND);
  }

  /** Waits until whoever is held is in its loop: it may be in an interrupt just now. Nobody may come to a breakpoint meanwhile. */
  async settle(cpu: Cpu): Promise<void> {
    const { park } = this.parked.get(cpu)!;
    for (let n = 0; ; n++) {
      const rip = await this.gdb.readRegister(cpu, 'rip');
      if (rip >= park && rip < park + 4n) return;
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
