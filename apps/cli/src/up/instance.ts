/** One `up` per data directory: a socket in it is the lock, and `down` speaks through it. A socket that nobody serves is a leftover. */

import { rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';

/** Linux holds the path of a socket in 108 bytes, the last of them zero. */
const MAX_SOCKET_PATH_BYTES = 107;

export interface Instance {
  /** Settles when somebody asks it to end. */
  readonly stopRequested: Promise<void>;
  release(): void;
}

const socketPathOf = (dataDir: string): string => join(dataDir, 'up.sock');

/**
 * @throws CliError ALREADY_RUNNING, FILE_UNWRITABLE
 */
export async function claimDataDir(dataDir: string): Promise<Instance> {
  const path = socketPathOf(dataDir);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new CliError(
      'FILE_UNWRITABLE',
      `the path of the data directory is too long for sockets: ${dataDir}`,
      {
        hint: 'choose a shorter one: --data-dir DIR',
      },
    );
  }
  if (await isServed(path)) {
    throw new CliError('ALREADY_RUNNING', `pullgate up runs already on ${dataDir}`, {
      hint: 'see it: pullgate status   stop it: pullgate down   or choose another: --data-dir DIR',
    });
  }
  rmSync(path, { force: true });
  return listen(path);
}

async function listen(path: string): Promise<Instance> {
  const stop = Promise.withResolvers<void>();
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => waiting.delete(socket));
    socket.once('data', (chunk) => {
      if (chunk.toString().trim() === 'stop') stop.resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    stopRequested: stop.promise,
    release: () => {
      server.close();
      for (const socket of waiting) socket.destroy();
      rmSync(path, { force: true });
    },
  };
}

/** Whether somebody answers at the socket. */
export function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Asks the `up` of a data directory to end and waits until it has.
 * @throws CliError NOT_RUNNING
 */
export function stopInstance(dataDir: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPathOf(dataDir));
    socket.once('error', (cause) =>
      reject(
        new CliError('NOT_RUNNING', `no pullgate up runs on ${dataDir}`, {
          hint: 'name its directory: pullgate down --data-dir DIR',
          cause,
        }),
      ),
    );
    socket.once('connect', () => {
      socket.write('stop\n');
      socket.resume();
      socket.once('close', () => resolve());
    });
  });
}
