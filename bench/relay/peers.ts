/** What is measured: each peer as a process in the foreground with its own configuration. Leaves the measuring to run.ts. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Peer {
  readonly name: string;
  readonly port: number;
  /** Whether a client must ask with CONNECT. */
  readonly connects: boolean;
  readonly process: ChildProcess;
}

export interface SkippedPeer {
  readonly name: string;
  readonly skipped: string;
}

export interface PeerContext {
  readonly folder: string;
  readonly sourcePort: number;
}

type Start = (context: PeerContext) => Promise<Peer | SkippedPeer>;

/** HAProxy: `tune.bufsize` as shipped is 16 KiB; 256 KiB is what its users set for throughput. */
const haproxy = (name: string, global: string): Start => {
  const write = (port: number, { sourcePort }: PeerContext): string => `global
  maxconn 100
${global}
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen relay
  bind 127.0.0.1:${port}
  server source 127.0.0.1:${sourcePort}
`;
  return installed(name, '/usr/sbin/haproxy', false, write, (file) => ['-db', '-f', file]);
};

const squid = installed(
  'squid',
  '/usr/sbin/squid',
  true,
  (port, { folder }) => `http_port 127.0.0.1:${port}
http_access allow all
cache deny all
access_log none
cache_log /dev/null
pid_filename ${folder}/squid.pid
coredump_dir ${folder}
shutdown_lifetime 0 seconds
`,
  (file) => ['-N', '-f', file],
);

const tinyproxy = installed(
  'tinyproxy',
  '/usr/bin/tinyproxy',
  true,
  (port, { folder }) => `Port ${port}
Listen 127.0.0.1
Timeout 60
MaxClients 50
Allow 127.0.0.1
LogLevel Error
LogFile "${folder}/tinyproxy.log"
`,
  (file) => ['-d', '-c', file],
);

const direct: Start = async ({ sourcePort }) => ({
  name: 'direct',
  port: sourcePort,
  connects: false,
  process: spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6)'], { stdio: 'ignore' }),
});

/** In the order of each round. */
export const PEERS: readonly Start[] = [
  direct,
  (context) => startPullgate('pullgate', 'platform', context),
  (context) => startPullgate('pullgate, sockets only', 'sockets', context),
  haproxy('haproxy, as shipped', ''),
  haproxy('haproxy, tune.bufsize 262144', '  tune.bufsize 262144'),
  squid,
  tinyproxy,
];

async function startPullgate(name: string, relay: string, _context: PeerContext): Promise<Peer> {
  const { port, process: child } = await startScript('proxy-point.ts', [relay]);
  return { name, port, connects: true, process: child };
}

/** Starts a script beside this one that prints its port. */
export async function startScript(
  file: string,
  parameters: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<{ readonly port: number; readonly process: ChildProcess }> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, path, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { port: Number(String(line)), process: child };
}

export function installed(
  name: string,
  program: string,
  connects: boolean,
  write: (port: number, context: PeerContext) => string,
  toArguments: (file: string) => string[],
): Start {
  return async (context) => {
    if (!existsSync(program)) return { name, skipped: `${program} is not installed` };
    const port = await freePort();
    const folder = join(context.folder, name.replaceAll(/[^a-z0-9]+/g, '-'));
    await mkdir(folder);
    // Squid leaves root for a user of its own, who must write here.
    await chmod(folder, 0o777);
    const file = join(folder, 'config');
    await writeFile(file, write(port, { ...context, folder }));
    const child = spawn(program, toArguments(file), { stdio: ['ignore', 'ignore', 'inherit'] });
    await listening(port, child, name);
    return { name, port, connects, process: child };
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return address.port;
}

export async function listening(port: number, child: ChildProcess, name: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((settle) => {
      socket.once('connect', () => settle(true)).once('error', () => setTimeout(settle, 20, false));
    });
    socket.destroy();
    if (open) return;
  }
  throw new Error(`${name} did not listen on port ${port}`);
}
