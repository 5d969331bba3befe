/** Turns on a machine whose events a test makes up. */
import { afterEach, expect, it, vi } from 'vitest';
import { type Director, type Event, LOOKS } from '../../lab/replay/director.ts';
import { Performance } from '../../lab/replay/perform.ts';

const SCHEDULE = 0xffffffff81003000n;
const SPINS = 0xffffffff81004000n;
const [KERNELS, LOOKER, T0] = [1, 2, 3];

afterEach(() => {
  vi.restoreAllMocks();
});

/**
 * @param events in their order; when they are over, a thread of the kernel comes to its schedule() again and again
 * @param rip of T0
 */
function performed(events: readonly Event[], rip = 0n): Performance {
  let now = 0;
  let asked = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  const gdb = {
    addBreakpoint: async () => {},
    removeBreakpoint: async () => {},
    readRegister: async (cpu: number, name: string) => (name === 'rip' ? rip : BigInt(cpu) << 20n),
    readMemory: async () => '00'.repeat(8),
  };
  const director = {
    gdb,
    isHeld: () => true,
    settle: async () => {},
    hold: async () => {},
    release: async () => {},
    pass: async () => {},
    next: async () => {
      now += 100;
      if (asked > 1000) throw new Error('it looks for ever');
      return events[asked++] ?? { cpu: KERNELS, address: SCHEDULE };
    },
  } as unknown as Director;
  const symbols = new Map(
    [['schedule', SCHEDULE] as const, ['rwsem_spin_on_owner', SPINS] as const].map(([name, begin]) => [
      name,
      { begin, end: begin + 0x100n },
    ]),
  );
  return new Performance({ director, symbols, cpus: 6 }, { processes: 1, forked: 0, isDelegated: () => false });
}

const BEGUN: readonly Event[] = [
  { cpu: LOOKER, address: 0n, mark: LOOKS },
  { cpu: T0, address: 0n, mark: 0 },
];
const WAITS = { process: 'T0', first: 0, last: 0, until: { kind: 'waits' } } as const;

it('who sleeps waits, though the threads of the kernel are never silent', async () => {
  const performance = performed([...BEGUN, { cpu: T0, address: SCHEDULE }]);
  await performance.gather();
  expect(await performance.turn(0, WAITS)).toEqual({ reached: true, how: 'it waits' });
});

it('who spins for a lock whose owner is held waits as well', async () => {
  const performance = performed(BEGUN, SPINS + 0x20n);
  await performance.gather();
  expect(await performance.turn(0, WAITS)).toEqual({ reached: true, how: 'it waits' });
});

it('who does not come to his schedule() is not looked at for ever, though they are never silent', async () => {
  const performance = performed(BEGUN);
  await performance.gather();
  expect(await performance.turn(0, WAITS)).toEqual({ reached: false, how: 'it does not sleep' });
});
