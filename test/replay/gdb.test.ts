/** The client of the gdb remote protocol, on bytes and on a stub that plays QEMU's part. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { fromLittleEndian, littleEndian, packet, packetsIn, stopOf } from '../../lab/replay/gdb.ts';
import { type Stub, stub } from './stub.ts';

describe('packets', () => {
  it('have the sum of their bytes behind them', () => {
    expect(packet('OK')).toBe('$OK#9a');
  });

  it('are found again in whatever pieces they come', () => {
    const data = fc.stringMatching(/^[0-9a-zA-Z:;,.=]{0,12}$/);
    fc.assert(
      fc.property(fc.array(data, { maxLength: 6 }), fc.nat(), (all, where) => {
        const text = all.map((d) => `+${packet(d)}`).join('');
        const cut = text.length === 0 ? 0 : where % text.length;
        const first = packetsIn(text.slice(0, cut));
        const second = packetsIn(first.rest + text.slice(cut));
        expect([...first.data, ...second.data]).toEqual(all);
        expect(second.rest).toBe('');
      }),
    );
  });

  it('numbers come the lowest byte first', () => {
    expect(littleEndian(0xffffffff810be3a0n)).toBe('a0e30b81ffffffff');
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (n) => {
        expect(fromLittleEndian(littleEndian(n))).toBe(n);
      }),
    );
  });

  it('a stop says which processor it is about, and none that the machine is off', () => {
    expect(stopOf('T05thread:p01.0a;', false)).toEqual({ cpu: 10, interrupted: false });
    expect(stopOf('T02thread:p01.02;', true)).toEqual({ cpu: 2, interrupted: true });
    expect(stopOf('W00', false)).toBeUndefined();
  });
});

describe('a stub', () => {
  let now: Stub | undefined;
  afterEach(() => now?.close());
  const playing = async (answer: Parameters<typeof stub>[0]): Promise<Stub> => {
    now = await stub(answer);
    return now;
  };

  it('is asked for one register of one processor, and interrupted where nothing happens in time', async () => {
    const { gdb, heard } = await playing((data) => {
      if (data.startsWith('p')) return littleEndian(0x1234n);
      if (data === '\x03') return 'T02thread:p01.01;';
      return data.startsWith('vCont;c') ? undefined : 'OK';
    });
    expect(await gdb.readRegister(3, 'rip')).toBe(0x1234n);
    expect(await gdb.run(20)).toEqual({ cpu: 1, interrupted: true, waited: 20 });
    expect(heard).toEqual(['Hgp1.3', 'p10', 'vCont;c', '\x03']);
  });

  it('that comes to a breakpoint just as it is interrupted has come to the breakpoint', async () => {
    const { gdb } = await playing((data) => {
      if (data === '\x03') return 'T05thread:p01.02;';
      return data.startsWith('vCont;c') ? undefined : 'OK';
    });
    expect(await gdb.run(20)).toMatchObject({ cpu: 2, interrupted: false });
  });

  it('that refuses a breakpoint: an error that says so', async () => {
    const { gdb } = await playing((data) => (data.startsWith('Z') ? 'E22' : 'OK'));
    await expect(gdb.addBreakpoint(0x10n)).rejects.toThrow('the gdb stub answers E22 to Z1,10,1');
  });
});
