/** Holding and releasing one processor, on a machine of registers and memory. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Director } from '../../lab/replay/director.ts';
import { fromLittleEndian, littleEndian, REGISTER } from '../../lab/replay/gdb.ts';
import { type Stub, stub } from './stub.ts';

const PLACES = { getppid: 0xffffffff81000000n, neverCalled: 0xffffffff82000000n, userPark: 0x402000n };
/** A kernel function with room for ftrace at its begin, one without, and an instruction of user mode. */
const TRACED = 0xffffffff81001000n;
const PLAIN = 0xffffffff81002000n;
const USER = 0x401000n;
const INTERRUPTS_ON = 0x202n;
const COND_RESCHED = 0xffffffff82001000n;

describe('a processor', () => {
  let machine: Stub;
  let director: Director;
  let registers: Map<number, bigint>;
  let memory: Map<bigint, string>;
  const rip = (): bigint => registers.get(REGISTER.rip)!;

  beforeEach(async () => {
    registers = new Map<number, bigint>([
      [REGISTER.eflags, INTERRUPTS_ON],
      [REGISTER.rsp, 0x9000n],
    ]);
    memory = new Map([
      [TRACED, '0f1f44000055'],
      [PLAIN, '554889e5'],
      [PLACES.getppid, 'f30f1efa0f1f4400'],
      [0x9000n, littleEndian(0xffffffff81005555n)],
    ]);
    machine = await stub((data) => {
      const number = Number.parseInt(data.slice(1), 16);
      if (data.startsWith('p')) return littleEndian(registers.get(number) ?? 0n);
      if (data.startsWith('P')) registers.set(number, fromLittleEndian(data.split('=')[1]!));
      if (data.startsWith('m')) return memory.get(BigInt(`0x${data.slice(1).split(',')[0]}`)) ?? '00';
      if (data.startsWith('vCont')) return 'T05thread:p01.03;';
      return 'OK';
    });
    director = await Director.begin(machine.gdb, PLACES);
  });
  afterEach(() => machine.close());

  it('that is held sleeps in the loop that was written over a function nobody calls', async () => {
    registers.set(REGISTER.rip, TRACED);
    await director.hold(3);
    expect([director.isHeld(3), rip()]).toEqual([true, PLACES.neverCalled]);
  });

  it.each([
    ['with interrupts off', TRACED, 0x2n],
    ['where its next instruction has to be stepped', PLAIN, INTERRUPTS_ON],
  ])('that is held %s spins behind it: it has to go on without an interrupt', async (_, at, flags) => {
    registers.set(REGISTER.rip, at);
    registers.set(REGISTER.eflags, flags);
    await director.hold(3);
    expect(rip()).toBe(PLACES.neverCalled + 8n);
  });

  describe('of a kernel that is not preempted', () => {
    beforeEach(async () => {
      director = await Director.begin(machine.gdb, { ...PLACES, condResched: COND_RESCHED });
    });

    it.each([
      ['sleeps', TRACED, 16n],
      ['spins', PLAIN, 56n],
    ])('that is held and %s calls _cond_resched(): RCU waits for that', async (_, at, behind) => {
      registers.set(REGISTER.rip, at);
      await director.hold(3);
      const park = rip();
      const code = machine.heard.find((data) => data.startsWith(`M${park.toString(16)},`))!;
      const [, before, far, , back] = /:(f4|f390)[0-9a-f]{26}e8([0-9a-f]{8})([0-9a-f]{26})eb(..)$/.exec(code)!;
      const behindCall = park + BigInt(before!.length / 2 + 13 + 5);
      const end = behindCall + 13n + 2n;
      expect([park, behindCall + BigInt.asIntN(32, fromLittleEndian(`${far}00000000`))]).toEqual([
        PLACES.neverCalled + behind,
        COND_RESCHED,
      ]);
      expect(end + BigInt.asIntN(8, BigInt(`0x${back}`))).toBe(park);
    });

    it('that must not meet the scheduler does not', async () => {
      registers.set(REGISTER.rip, TRACED);
      await director.hold(3, true);
      expect(rip()).toBe(PLACES.neverCalled);
    });
  });

  it('that is held in user mode spins there', async () => {
    registers.set(REGISTER.rip, USER);
    await director.hold(3);
    expect(rip()).toBe(PLACES.userPark);
  });

  it('that is released from a breakpoint goes on behind what does nothing', async () => {
    registers.set(REGISTER.rip, TRACED);
    await machine.gdb.addBreakpoint(TRACED);
    await director.hold(3);
    await director.release(3);
    expect([director.isHeld(3), rip()]).toEqual([false, TRACED + 5n]);
  });

  it('that is released from any other instruction executes it without the breakpoint', async () => {
    registers.set(REGISTER.rip, PLAIN);
    await machine.gdb.addBreakpoint(PLAIN);
    await director.hold(3);
    await director.release(3);
    const at = PLAIN.toString(16);
    expect(machine.heard.slice(-3)).toEqual([`z1,${at},1`, 'vCont;s:p1.3', `Z1,${at},1`]);
  });

  it('that is held in a mark goes back to its caller with the answer', async () => {
    registers.set(REGISTER.rip, PLACES.getppid);
    await director.hold(3);
    await director.release(3, 7);
    expect([rip(), registers.get(REGISTER.rsp), registers.get(REGISTER.rax)]).toEqual([
      0xffffffff81005555n,
      0x9008n,
      7n,
    ]);
  });
});
