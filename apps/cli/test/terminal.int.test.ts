import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Whether util-linux's `script`, which gives a program a terminal, is here. */
const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript) console.warn('skipped: questions on a terminal (util-linux\'s "script" is not installed)');

/** Runs the command on a terminal of its own; answers each prompt once it stands there. */
async function runOnTerminal(
  words: string,
  answers: readonly (readonly [prompt: string, answer: string])[],
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const home = mkdtempSync(join(tmpdir(), 'pg-'));
  const command = `"${process.execPath}" --disable-warning=ExperimentalWarning "${MAIN}" ${words}`;
  const env = { PATH: process.env.PATH, TERM: 'xterm', HOME: home, PULLGATE_HOME: home };
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: 'pipe' });
  const waiting = [...answers];
  let screen = '';
  child.stdout.on('data', (chunk) => {
    screen += String(chunk);
    const [next] = waiting;
    if (next === undefined || !screen.includes(next[0])) return;
    waiting.shift();
    child.stdin.write(`${next[1]}\r`);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  rmSync(home, { recursive: true });
  return { code, screen };
}

describe.skipIf(!hasScript)('questions on a terminal', () => {
  it('show what is typed, but never a password', async () => {
    const { code, screen } = await runOnTerminal('login --password --server http://127.0.0.1:9', [
      ['E-mail: ', 'dev@acme.example'],
      ['Password: ', 'hunter2-secret'],
    ]);
    expect(code).toBe(1);
    expect(screen).toContain('dev@acme.example');
    expect(screen).toContain('[SERVER_UNREACHABLE]');
    expect(screen).not.toContain('hunter2');
  });

  it('end with 2 at Ctrl-C, and leave things as they are', async () => {
    const { code, screen } = await runOnTerminal('login --password --server http://127.0.0.1:9', [
      ['E-mail: ', '\u0003'],
    ]);
    expect(code).toBe(2);
    expect(screen).toContain('[CONFIRMATION_NEEDED]');
  });
});
