/** A gdb stub that plays QEMU's part: a socket, and whatever a test wants answered. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gdb, packet, packetsIn } from '../../lab/replay/gdb.ts';

export interface Stub {
  readonly gdb: Gdb;
  /** What was asked since the client came. */
  readonly heard: string[];
  close(): void;
}

/** @param answer to a packet, or to an interruption ("\x03"); undefined: none */
export async function stub(answer: (data: string) => string | undefined): Promise<Stub> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-gdb-'));
  const path = join(folder, 'socket');
  const heard: string[] = [];
  const server: Server = createServer((socket: Socket) => {
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      for (const data of text.includes('\x03') ? ['\x03'] : packetsIn(text).data) {
        heard.push(data);
        const said = answer(data);
        if (said !== undefined) socket.write(`+${packet(said)}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const gdb = await Gdb.connect(path);
  heard.length = 0;
  return {
    gdb,
    heard,
    close: () => {
      gdb.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
