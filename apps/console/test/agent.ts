/** A real agent for tests of the console: a process of its own, its files in a directory of its own, its proxy on a free port of this machine. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrollMachine } from '../../agent/src/enrolment/enroll-machine.ts';

const BIN = join(import.meta.dirname, '../../../bin/pullgate');

export interface Agent {
  /** Asks the proxy for a connection as engines do; resolves with its status line. */
  connect(host: string): Promise<string>;
  close(): Promise<void>;
}

/** @param server and token as in the command that the console shows */
export async function startAgent(server: string, token: string, name: string): Promise<Agent> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-agent-'));
  const port = await findFreePort();
  await enrollMachine({ server, token, name, dataDir });
  turnPageOff(join(dataDir, 'agent.json'));
  const args = ['agent', 'run', '--data-dir', dataDir, '--proxy-listen', `127.0.0.1:${port}`];
  const child = spawn(BIN, args, { stdio: 'ignore' });
  return {
    connect: (host) => askProxy(port, host),
    close: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Several agents on one machine must not fight for the page's port. */
function turnPageOff(file: string): void {
  const config = { ...JSON.parse(readFileSync(file, 'utf8')), localPage: { listen: 'off' } };
  writeFileSync(file, JSON.stringify(config));
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function askProxy(port: number, host: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\nUser-Agent: docker/26.1\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString('latin1').split('\r\n')[0] ?? '';
}
