import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeTemporaryDirectory } from '../../test/temporary.ts';
import { lockDataDir } from './data-dir-lock.ts';

const running = expect.objectContaining({ code: 'AGENT_RUNNING' });

describe('lockDataDir', () => {
  it('is held once, within one process too, until released', async () => {
    const path = join(await makeTemporaryDirectory(), 'agent.lock');
    const lock = lockDataDir(path);
    expect(() => lockDataDir(path)).toThrow(running);
    lock.release();
    lockDataDir(path).release();
  });

  it('ends with a process that is killed', async () => {
    const path = join(await makeTemporaryDirectory(), 'agent.lock');
    const module = fileURLToPath(new URL('data-dir-lock.ts', import.meta.url));
    const script = `const { lockDataDir } = await import(${JSON.stringify(module)});
      lockDataDir(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    expect(() => lockDataDir(path)).toThrow(running);
    child.kill('SIGKILL');
    await closed;
    lockDataDir(path).release();
  });

  it('refuses a directory that is not there', async () => {
    const path = join(await makeTemporaryDirectory(), 'gone', 'agent.lock');
    expect(() => lockDataDir(path)).toThrow(expect.objectContaining({ code: 'DATA_DIR_UNUSABLE' }));
  });
});
