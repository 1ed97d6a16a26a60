/** Makes room for a Unix socket where a dead agent may have left one, and never takes it from one that lives. */

import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { AgentError, systemCodeOf } from '../agent-error.ts';

/** `sun_path` of Linux is 108 bytes with its zero, of BSD and macOS 104. */
const MAX_PATH_BYTES = 103;

/** @throws AgentError `AGENT_RUNNING`, `SOCKET_UNUSABLE`. */
export async function clearSocketFile(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    throw new AgentError('SOCKET_UNUSABLE', `expected a socket path of at most ${MAX_PATH_BYTES} bytes`);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  // Whatever else lies there is somebody's, and is not removed.
  if (!found.isSocket()) throw new AgentError('SOCKET_UNUSABLE', `${path} exists and is no socket`);
  if (await isAnswered(path)) throw new AgentError('AGENT_RUNNING', `an agent answers on ${path}`);
  await unlink(path).catch(() => undefined);
}

async function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.on('connect', () => resolve(true));
  // Only a refusal tells that nobody listens; a full queue, say, is an agent that is busy.
  socket.on('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(systemCodeOf(error) ?? '')));
  const answered = await promise;
  socket.destroy();
  return answered;
}
