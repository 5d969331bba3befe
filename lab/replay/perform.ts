/** One run on the machine: turn after turn, each process held where the run leaves it. */
import { type Director, ENDS, type Event, HELLO, LOOKS } from './director.ts';
import { type Cpu, fromLittleEndian } from './gdb.ts';
import type { Machine } from './machine.ts';
import type { Turn, Until } from './plan.ts';
import { keyOf, type Place, placesOf, SPIN_ON_OWNER, type Symbols } from './points.ts';
import { Sleepers } from './sleepers.ts';

/** How a turn went. */
export interface Performed {
  readonly reached: boolean;
  /** Where the process is held, or what came instead. */
  readonly how: string;
}

/** Who takes part. */
export interface Cast {
  readonly processes: number;
  /** How many of them others fork: those come last. */
  readonly forked: number;
  /** Whether a process has its call's work done by a thread of the kernel: by the flusher, or by kjournald2. */
  readonly isDelegated: (process: number, position: number) => boolean;
}

/** A place that a process is to be held at. */
interface Hold extends Place {
  /** It is that many times away. */
  times: number;
  /** Of a function's return: where it goes back to, and the stack at its begin. */
  back?: { readonly address: bigint; readonly stack: bigint };
}

const holdsOf = ({ points, times }: Extract<Until, { kind: 'point' }>, symbols: Symbols): Hold[] =>
  placesOf(points, symbols).map((place) => ({ ...place, times: times.get(keyOf(place.point))! }));

/** The first processor is left to the kernel's own threads, the second is for who looks (actors.h). */
const LOOKER: Cpu = 2;
const cpuOf = (process: number): Cpu => LOOKER + 1 + process;
const processOf = (cpu: Cpu): number => cpu - LOOKER - 1;

const BEFORE_CALL = 'held before its next call';

/** What the guest program is told to do by whoever looks (steer.c): 0 ends. */
const SHOWS = 1;
const SHOWS_STACKS = 2;
const BREAKS = 3;

/** After which a process that has not come to where it should is taken to wait for somebody. */
const PATIENCE = 5_000;
/** How long one that is to wait is looked at. */
const A_WHILE = 300;
const LONG = 60_000;

export class Performance {
  private readonly director: Director;
  private readonly symbols: Symbols;
  private readonly cast: Cast;
  /** Where the kernel's own threads run. */
  private readonly kernelCpus: readonly Cpu[];
  /** The kernel's thread that is held in place of a process, which waits for it. */
  private readonly delegates = new Map<number, Cpu>();
  /** Who is held at a mark, which answers when he goes on. */
  private readonly atMark = new Set<Cpu>();
  private readonly ended = new Set<number>();
  /** The operation that each is in. */
  private readonly position = new Map<number, number>();
  private readonly sleepers: Sleepers;
  /** Whether somebody waits until the run is over. */
  private someWait = false;
  /** Who is held where it was woken. */
  private readonly woken = new Set<number>();
  /** When something happened last that was not of the kernel's own threads. */
  private lastOwn = 0;

  constructor({ director, symbols, cpus }: Pick<Machine, 'director' | 'symbols' | 'cpus'>, cast: Cast) {
    this.director = director;
    this.symbols = symbols;
    this.cast = cast;
    this.kernelCpus = [1, cpus];
    this.sleepers = new Sleepers(director, symbols.get('schedule')!.begin);
  }

  /** Everybody who is there from the beginning comes to his first operation, and is held there. */
  async gather(): Promise<void> {
    for (let missing = this.cast.processes - this.cast.forked + 1; missing > 0; ) {
      const event = await this.event(LONG);
      if (!event) throw new Error('the processes of the guest do not begin');
      if (event.mark === undefined) {
        await this.director.pass(event.cpu);
        continue;
      }
      if (event.mark === HELLO) {
        await this.director.answer(event.cpu, HELLO);
        continue;
      }
      await this.holdAtMark(event);
      missing--;
    }
  }

  async turn(number: number, { until }: Turn): Promise<Performed> {
    const holds = until.kind === 'point' ? holdsOf(until, this.symbols) : [];
    const { gdb } = this.director;
    // Before there are breakpoints that somebody else may come to.
    for (const cpu of this.cpusOf(number)) if (this.director.isHeld(cpu)) await this.director.settle(cpu);
    // A forked process comes to its first call by itself.
    if (until.kind === 'operation' && this.isHeldBefore(number, until.position)) return reached(BEFORE_CALL);
    for (const h of holds) await gdb.addBreakpoint(h.address);
    if (until.kind === 'waits') await this.sleepers.watch();
    await this.goOn(number);
    const performed = await this.follow(number, until, holds);
    if (until.kind === 'waits') {
      this.someWait = true;
      await this.sleepers.unwatch();
    }
    for (const h of holds) {
      await gdb.removeBreakpoint(h.address);
      if (h.back) await gdb.removeBreakpoint(h.back.address);
    }
    return performed;
  }

  private cpusOf(number: number): Cpu[] {
    const delegate = this.delegates.get(number);
    return [...(delegate === undefined ? [] : [delegate]), cpuOf(number)];
  }

  /** Whether the kernel's thread on this processor does the work of a process. */
  private isDelegate(number: number, cpu: Cpu): boolean {
    return this.kernelCpus.includes(cpu) && this.cast.isDelegated(number, this.position.get(number) ?? -1);
  }

  private isHeldBefore(number: number, position: number): boolean {
    return this.atMark.has(cpuOf(number)) && this.position.get(number) === position;
  }

  private async follow(number: number, until: Until, holds: readonly Hold[]): Promise<Performed> {
    for (let silent = 0; ; ) {
      const event = await this.event(until.kind === 'waits' ? A_WHILE : PATIENCE);
      if (!event) silent += A_WHILE;
      const performed = event
        ? await this.happened(number, event, until, holds)
        : await this.nothingHappened(number, until, silent);
      if (performed) return performed;
    }
  }

  /** @returns undefined: it goes on */
  private async nothingHappened(number: number, until: Until, silent: number): Promise<Performed | undefined> {
    if (until.kind !== 'waits') return missed('it waits for somebody');
    if (this.sleeps(number)) return reached('it waits');
    if (silent < PATIENCE) return undefined;
    return (await this.spins(number)) ? reached('it waits') : missed('it does not sleep');
  }

  /** @returns undefined: it goes on */
  private happened(number: number, event: Event, until: Until, holds: readonly Hold[]): Promise<Performed | undefined> {
    if (event.cpu !== cpuOf(number)) return this.elsewhere(number, event, until, holds);
    return event.mark === undefined ? this.here(number, event, until, holds) : this.cameToMark(number, event, until);
  }

  /** On another processor: the kernel's thread that does the work, or somebody else. @returns undefined: it goes on */
  private async elsewhere(
    number: number,
    event: Event,
    until: Until,
    holds: readonly Hold[],
  ): Promise<Performed | undefined> {
    const hold = this.isDelegate(number, event.cpu) ? await this.holdAt(event, holds) : undefined;
    if (hold) {
      this.delegates.set(number, event.cpu);
      await this.director.hold(event.cpu, true);
      return reached(`held at ${keyOf(hold.point)}`);
    }
    await this.bystander(event);
    if (until.kind !== 'waits') return undefined;
    const waits = this.quietFor() >= PATIENCE && (this.sleeps(number) || (await this.spins(number)));
    if (waits) return reached('it waits');
    return this.quietFor() >= LONG ? missed('it does not sleep') : undefined;
  }

  /** At a breakpoint. @returns undefined: it goes on */
  private async here(
    number: number,
    event: Event,
    until: Until,
    holds: readonly Hold[],
  ): Promise<Performed | undefined> {
    await this.sleepers.note(event);
    const inside = until.kind === 'point' && this.position.get(number) === until.position;
    const hold = inside ? await this.holdAt(event, holds) : undefined;
    if (hold) {
      await this.director.hold(event.cpu);
      return reached(`held at ${keyOf(hold.point)}`);
    }
    await this.director.pass(event.cpu);
    return undefined;
  }

  /** @returns the hold that is due at this breakpoint */
  private async holdAt({ cpu, address }: Event, holds: readonly Hold[]): Promise<Hold | undefined> {
    const { gdb } = this.director;
    let due: Hold | undefined;
    const stack = await gdb.readRegister(cpu, 'rsp');
    // The outermost first, as far as they were called: there no lock is held that is of the step itself.
    const under = holds.find((h) => h.back);
    for (const h of holds) {
      if (h === under && h.back!.address === address && stack > h.back!.stack) due ??= h;
      if (h.address !== address || !(await this.isCalledFrom(cpu, h)) || --h.times !== 0) continue;
      if (!h.point.returns) due ??= h;
      else {
        h.back = { address: await this.callerOf(cpu), stack };
        await gdb.addBreakpoint(h.back.address);
      }
    }
    return due;
  }

  /** @returns undefined: it goes on */
  private async cameToMark(number: number, event: Event, until: Until): Promise<Performed | undefined> {
    const mark = event.mark! & 0xff;
    await this.holdAtMark(event);
    if (mark === ENDS) {
      this.ended.add(number);
      return until.kind === 'end' ? reached('it has ended') : missed('it came to its end instead');
    }
    this.position.set(number, mark);
    if (until.kind === 'operation' && until.position === mark) return reached(BEFORE_CALL);
    if (until.kind === 'point' && mark > until.position) return missed('the call was over before');
    await this.goOn(number);
    return undefined;
  }

  private async isCalledFrom(cpu: Cpu, { from }: Place): Promise<boolean> {
    if (!from) return true;
    const caller = await this.callerOf(cpu);
    return from.some(({ begin, end }) => caller > begin && caller < end);
  }

  private async callerOf(cpu: Cpu): Promise<bigint> {
    const stack = await this.director.gdb.readRegister(cpu, 'rsp');
    return fromLittleEndian(await this.director.gdb.readMemory(cpu, stack, 8));
  }

  /** @param stacks whether somebody is not where he should be */
  async look(stacks: boolean): Promise<void> {
    await this.tell(stacks ? SHOWS_STACKS : SHOWS);
  }

  /** @param goesOn whether the others are to end meanwhile */
  private async tell(what: number, goesOn = false): Promise<void> {
    await this.director.release(LOOKER, what);
    this.atMark.delete(LOOKER);
    while (!this.atMark.has(LOOKER)) {
      const event = await this.event(LONG);
      if (!event) throw new Error('the guest does not tell what it sees');
      await this.bystander(event, goesOn);
    }
  }

  /** Who has been woken in vain falls asleep again, or comes to his next mark. @returns whether all have */
  async letSleep(): Promise<boolean> {
    await this.sleepers.forget();
    if (this.woken.size === 0) return true;
    await this.sleepers.watch();
    for (const number of this.woken) await this.goOn(number);
    const rests = (): boolean => [...this.woken].every((n) => this.director.isHeld(cpuOf(n)) || this.sleeps(n));
    const isOver = (silent: number): boolean => (silent > 0 || this.quietFor() >= PATIENCE) && rests();
    for (let silent = 0; silent < PATIENCE && this.quietFor() < LONG && !isOver(silent); ) {
      const event = await this.event(A_WHILE);
      if (event) await this.bystander(event);
      else silent += A_WHILE;
    }
    const all = rests();
    await this.sleepers.unwatch();
    await this.sleepers.forget();
    this.woken.clear();
    return all;
  }

  /** Whether he waits for a lock without sleeping. */
  private async spins(number: number): Promise<boolean> {
    const at = await this.director.gdb.readRegister(cpuOf(number), 'rip');
    return SPIN_ON_OWNER.some((name) => {
      const found = this.symbols.get(name);
      return found !== undefined && at >= found.begin && at < found.end;
    });
  }

  private sleeps(number: number): boolean {
    return this.sleepers.sleeps(cpuOf(number));
  }

  /** Everybody goes on to his end. @returns whether all came there */
  async finish(): Promise<boolean> {
    await this.sleepers.forget();
    for (let n = 0; n < this.cast.processes; n++) if (!this.ended.has(n)) await this.goOn(n);
    if (await this.allEnd(this.someWait ? A_WHILE : PATIENCE)) return true;
    // Who waits for ever goes on by a signal, or by a thaw.
    await this.tell(BREAKS, true);
    return this.allEnd(LONG);
  }

  private async allEnd(patience: number): Promise<boolean> {
    while (this.ended.size < this.cast.processes) {
      const event = await this.event(patience);
      if (!event) return false;
      await this.bystander(event, true);
    }
    return true;
  }

  /** The guest goes on to its next scenario. */
  async leave(): Promise<void> {
    for (let n = 0; n < this.cast.processes; n++) await this.goOn(n);
    await this.director.release(LOOKER, 0);
  }

  private async goOn(number: number): Promise<void> {
    const delegate = this.delegates.get(number);
    this.delegates.delete(number);
    this.lastOwn = Date.now();
    if (delegate !== undefined) await this.director.release(delegate);
    const cpu = cpuOf(number);
    if (!this.director.isHeld(cpu)) return;
    if (this.atMark.delete(cpu)) await this.director.release(cpu, 0);
    else await this.director.release(cpu);
  }

  private async holdAtMark(event: Event): Promise<void> {
    await this.sleepers.isOn(event.cpu);
    await this.director.hold(event.cpu);
    this.atMark.add(event.cpu);
    if (event.cpu !== LOOKER) this.position.set(processOf(event.cpu), event.mark! & 0xff);
  }

  /** Somebody whose turn it is not: one who waited, and goes on, is held at his next mark. @param goesOn unless all are to end */
  private async bystander(event: Event, goesOn = false): Promise<void> {
    if (event.mark === undefined) {
      await this.sleepers.note(event);
      if (!(await this.sleepers.wakes(event))) return this.director.pass(event.cpu);
      this.woken.add(processOf(event.cpu));
      return this.director.hold(event.cpu);
    }
    await this.holdAtMark(event);
    if (event.mark === LOOKS) return;
    if ((event.mark & 0xff) === ENDS) this.ended.add(processOf(event.cpu));
    else if (goesOn) await this.goOn(processOf(event.cpu));
  }

  private async event(milliseconds: number): Promise<Event | undefined> {
    const event = await this.director.next(milliseconds);
    if (event === null) throw new Error('the machine has switched itself off');
    if (event && !this.kernelCpus.includes(event.cpu)) this.lastOwn = Date.now();
    return event;
  }

  /** For how long only the kernel's own threads have come to breakpoints: on a slow machine they may never be silent. */
  private quietFor(): number {
    return Date.now() - this.lastOwn;
  }
}

const reached = (how: string): Performed => ({ reached: true, how });
const missed = (how: string): Performed => ({ reached: false, how });
