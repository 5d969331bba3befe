/** A client of the gdb remote protocol, as far as QEMU's stub speaks it: all processors stop together, and one of them says why. */
import { createConnection, type Socket } from 'node:net';

/** A processor as the stub counts them: from 1 on. */
export type Cpu = number;

/** x86-64's registers in the stub's order. */
export const REGISTER = { rax: 0, rsi: 4, rdi: 5, rsp: 7, rip: 16, eflags: 17 } as const;
export type Register = keyof typeof REGISTER;

/** Why the machine stands still: who said it; undefined: it was interrupted. */
export interface Stop {
  readonly cpu: Cpu;
  readonly interrupted: boolean;
}

const ANSWER_MS = 30_000;
const SLICE_MS = 200;

/** The packet of some data. */
export function packet(data: string): string {
  const sum = [...Buffer.from(data)].reduce((a, b) => (a + b) & 0xff, 0);
  return `$${data}#${sum.toString(16).padStart(2, '0')}`;
}

/** @returns the data of every whole packet, and what is left */
export function packetsIn(text: string): { readonly data: readonly string[]; readonly rest: string } {
  const data: string[] = [];
  let rest = text;
  for (;;) {
    const begin = rest.indexOf('$');
    const end = rest.indexOf('#', begin);
    if (begin < 0 || end < 0 || rest.length < end + 3) return { data, rest: begin < 0 ? '' : rest.slice(begin) };
    data.push(rest.slice(begin + 1, end));
    rest = rest.slice(end + 3);
  }
}

/** 64 bits, the lowest byte first. */
export const littleEndian = (value: bigint): string =>
  Array.from({ length: 8 }, (_, n) =>
    Number((value >> BigInt(8 * n)) & 0xffn)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
export const fromLittleEndian = (hex: string): bigint =>
  BigInt(`0x${[...(hex.match(/../g) ?? ['00'])].reverse().join('')}`);

export class Gdb {
  private readonly socket: Socket;
  private text = '';
  private readonly answers: string[] = [];
  private waiting: ((data: string | undefined) => void) | undefined;
  private closed = false;
  private readonly breakpoints = new Set<bigint>();
  private selected = 0;
  /** Milliseconds that the last answer was waited for. */
  private waited = 0;

  /** @param path of the stub's socket; it may not be there yet */
  static async connect(path: string, tries = 200): Promise<Gdb> {
    for (let n = 0; ; n++) {
      try {
        const socket = await connected(path);
        const gdb = new Gdb(socket);
        await gdb.command('qSupported:multiprocess+;vContSupported+');
        // It gives single registers to those only who have asked which there are.
        await gdb.command('qXfer:features:read:target.xml:0,ffb');
        await gdb.command('?');
        // It stops the machine for whoever comes, and may tell of that once more.
        await new Promise((r) => setTimeout(r, 300));
        gdb.answers.length = 0;
        return gdb;
      } catch (e) {
        if (n === tries) throw e;
        await new Promise((r) => setTimeout(r, 50));
      }
    }
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => this.take(bytes.toString('latin1')));
    const end = (): void => {
      this.closed = true;
      this.waiting?.(undefined);
    };
    socket.on('close', end);
    socket.on('error', end);
  }

  close(): void {
    this.socket.destroy();
  }

  async readRegister(cpu: Cpu, name: Register): Promise<bigint> {
    await this.select(cpu);
    const hex = await this.command(`p${REGISTER[name].toString(16)}`);
    if (!/^[0-9a-f]+$/.test(hex)) throw new Error(`the gdb stub does not tell ${name}: ${hex}`);
    return fromLittleEndian(hex);
  }

  async writeRegister(cpu: Cpu, name: Register, value: bigint): Promise<void> {
    await this.select(cpu);
    await this.done(`P${REGISTER[name].toString(16)}=${littleEndian(value)}`);
  }

  /** @returns bytes as hexadecimal digits; none where nothing is mapped */
  async readMemory(cpu: Cpu, address: bigint, bytes: number): Promise<string> {
    await this.select(cpu);
    const read = await this.command(`m${address.toString(16)},${bytes.toString(16)}`);
    return read.startsWith('E') ? '' : read;
  }

  async writeMemory(cpu: Cpu, address: bigint, hex: string): Promise<void> {
    await this.select(cpu);
    await this.done(`M${address.toString(16)},${(hex.length / 2).toString(16)}:${hex}`);
  }

  async addBreakpoint(address: bigint): Promise<void> {
    if (this.breakpoints.has(address)) return;
    await this.done(`Z1,${address.toString(16)},1`);
    this.breakpoints.add(address);
  }

  async removeBreakpoint(address: bigint): Promise<void> {
    if (!this.breakpoints.delete(address)) return;
    await this.done(`z1,${address.toString(16)},1`);
  }

  hasBreakpoint(address: bigint): boolean {
    return this.breakpoints.has(address);
  }

  /** Executes one instruction of one processor, while the others stand still. */
  async step(cpu: Cpu): Promise<void> {
    this.send(`vCont;s:p1.${cpu}`);
    if ((await this.answer(ANSWER_MS)) === undefined) throw new Error('the machine does not step');
  }

  /** Lets all processors run. @param milliseconds after which they are stopped @returns undefined: the machine is off */
  async run(milliseconds: number): Promise<(Stop & { readonly waited: number }) | undefined> {
    this.send('vCont;c');
    const said = await this.answer(milliseconds);
    const { waited } = this;
    const stop = said === undefined ? await this.interrupt() : stopOf(said, false);
    return stop && { ...stop, waited };
  }

  private async interrupt(): Promise<Stop | undefined> {
    if (this.closed) return undefined;
    this.socket.write('\x03');
    const stopped = await this.answer(ANSWER_MS);
    if (stopped === undefined) return undefined;
    // It may have come to a breakpoint in that moment.
    return stopOf(stopped, !stopped.startsWith('T05'));
  }

  private async select(cpu: Cpu): Promise<void> {
    if (this.selected === cpu) return;
    await this.done(`Hgp1.${cpu}`);
    this.selected = cpu;
  }

  private async done(command: string): Promise<void> {
    const said = await this.command(command);
    if (said !== 'OK') throw new Error(`the gdb stub answers ${said === '' ? 'nothing' : said} to ${command}`);
  }

  private async command(data: string): Promise<string> {
    this.send(data);
    const said = await this.answer(ANSWER_MS);
    if (said === undefined) throw new Error(`the gdb stub does not answer to ${data}`);
    return said;
  }

  private send(data: string): void {
    // A stop selects whom it is about.
    if (data.startsWith('vCont')) this.selected = 0;
    if (!this.closed) this.socket.write(packet(data));
  }

  private take(text: string): void {
    const { data, rest } = packetsIn(this.text + text);
    this.text = rest;
    for (const d of data) {
      this.socket.write('+');
      if (this.waiting) this.waiting(d);
      else this.answers.push(d);
    }
  }

  /** @returns undefined where none comes in time */
  private answer(milliseconds: number): Promise<string | undefined> {
    this.waited = 0;
    const come = this.answers.shift();
    if (come !== undefined || this.closed) return Promise.resolve(come);
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      // In slices: while this process is stopped the machine is, too, and that time does not count.
      const wait = (left: number): void => {
        const slice = Math.min(left, SLICE_MS);
        timer = setTimeout(() => {
          this.waited += slice;
          if (left > slice) wait(left - slice);
          else this.waiting?.(undefined);
        }, slice);
      };
      wait(milliseconds);
      this.waiting = (data) => {
        clearTimeout(timer);
        this.waiting = undefined;
        resolve(data);
      };
    });
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** `T05thread:p01.02;`: signal 5 on processor 2. @returns undefined where it says that the machine is off */
export function stopOf(said: string, interrupted: boolean): Stop | undefined {
  if (said.startsWith('W') || said.startsWith('X')) return undefined;
  const cpu = /thread:p?[0-9a-f]*\.?([0-9a-f]+);/.exec(said)?.[1];
  return { cpu: cpu === undefined ? 1 : Number.parseInt(cpu, 16), interrupted };
}
