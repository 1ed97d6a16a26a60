/** `pullgate login` by device flow against a real control plane; the browser's part is done with fetch. */

import type { ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Scene } from './scene.ts';

const OWNER = { email: 'owner@acme.example', password: 'correct horse battery' };

let scene: Scene;
let machine: Scene;
let running: Awaited<ReturnType<Scene['up']>>;
let server: string;
let cookie: string;
let agent: Server;
/** What the agent answers, and what it was handed. */
const local = { requiredOrgs: ['acme'] as string[], pinned: '', sessions: [] as string[], signedIn: false };

beforeAll(async () => {
  scene = createScene({
    PULLGATE_ORGANIZATION: 'acme',
    PULLGATE_OWNER_EMAIL: OWNER.email,
    PULLGATE_OWNER_PASSWORD: OWNER.password,
  });
  running = await scene.up();
  server = new URL(running.report.url).origin;
  local.pinned = server;
  const socket = join(scene.folder, 'fake-agent.sock');
  machine = createScene({ PULLGATE_AGENT_SOCKET: socket });
  agent = createAgent();
  await new Promise<void>((resolve) => agent.listen(socket, resolve));
  const answer = await post('/api/auth/sign-in/email', OWNER, {});
  cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
});
afterAll(async () => {
  agent.close();
  machine.dispose();
  await running.stop();
  scene.dispose();
});

/** The agent's socket as far as `login` knows it. */
function createAgent(): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'DELETE') {
        local.signedIn = false;
        return response.writeHead(204).end();
      }
      if (request.method === 'GET') {
        const session = local.signedIn ? { session: { email: OWNER.email } } : {};
        return response.end(JSON.stringify({ server: local.pinned, signIn: { ...session } }));
      }
      local.sessions.push((JSON.parse(String(Buffer.concat(chunks))) as { token: string }).token);
      local.signedIn = true;
      const allowed = local.requiredOrgs.length === 0 || local.requiredOrgs.includes('acme');
      const { requiredOrgs } = local;
      return response.end(
        JSON.stringify({ email: OWNER.email, organizations: ['acme'], allowed, requiredOrgs }),
      );
    });
  });
}

const post = (path: string, body: unknown, headers: Record<string, string>): Promise<Response> =>
  fetch(`${server}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server, ...headers },
    body: JSON.stringify(body),
  });

async function decide(userCode: string, decision: string): Promise<number> {
  const answer = await fetch(`${server}/device`, {
    method: 'POST',
    headers: { origin: server, cookie },
    body: new URLSearchParams({ user_code: userCode, decision }),
  });
  return answer.status;
}

/** Runs `login`, decides about its code, and gives all that it printed. */
async function login(
  args: readonly string[],
  decision: 'allow' | 'deny' | 'SIGINT',
): Promise<{ readonly code: number | null; readonly text: string }> {
  const child: ChildProcess = machine.start(['login', ...args]);
  let text = '';
  let isDecided = false;
  const listen = (chunk: unknown): void => {
    text += String(chunk);
    const userCode = /user_code=([A-Z0-9]{8})\s[\s\S]*allow this code/.exec(text)?.[1];
    if (userCode === undefined || isDecided) return;
    isDecided = true;
    if (decision === 'SIGINT') child.kill('SIGINT');
    else void decide(userCode, decision);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

const normalize = (text: string): string =>
  scene
    .normalize(text)
    .replace(/code=[A-Z0-9-]+/g, 'code=9F3K22QM')
    .replace(/[A-Z0-9]{4}-[A-Z0-9]{4}$/gm, '9F3K-22QM');

describe('login', () => {
  it('shows one address and one code, then who is signed in where', async () => {
    const lines: string[] = [];
    const transcribe = async (words: string, run: () => ReturnType<typeof login>) => {
      const { code, text } = await run();
      lines.push(`$ pullgate ${words}\n`, normalize(text), ...(code === 0 ? [] : [`(exit code ${code})\n`]));
    };
    await transcribe('login', () => login([], 'allow'));
    local.requiredOrgs = ['initech', 'globex'];
    await transcribe('login', () => login([], 'allow'));
    local.requiredOrgs = [];
    await transcribe('login', () => login([], 'allow'));
    local.pinned = 'https://pullgate.initech.example';
    const elsewhere = ['--server', server];
    await transcribe('login --server http://127.0.0.1:PORT', () => login(elsewhere, 'allow'));
    local.pinned = server;
    await transcribe('login', () => login([], 'deny'));
    await transcribe('logout', () => machine.transcribe(['logout']));
    await expect(lines.join('')).toMatchFileSnapshot(
      join(import.meta.dirname, '..', 'golden', 'sign-in.txt'),
    );
  }, 60_000);

  it('hands the agent a session of its own, not that of the browser', async () => {
    expect(new Set(local.sessions).size).toBe(3);
    for (const token of local.sessions) {
      expect(cookie).not.toContain(token);
      const answer = await fetch(`${server}/api/v1/session`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(200);
    }
  });

  it('stores a token that works, and logout takes it back', async () => {
    expect((await login(['--json'], 'allow')).code).toBe(0);
    expect((await machine.cli(['token', 'list'])).code).toBe(0);
    expect(local.signedIn).toBe(true);
    expect((await machine.cli(['logout'])).code).toBe(0);
    expect(local.signedIn).toBe(false);
  });

  it('ends at Ctrl-C and leaves things as they are', async () => {
    const { code, text } = await login(['--server', server], 'SIGINT');
    expect([code, text]).toEqual([2, expect.stringContaining('[SIGN_IN_FAILED]')]);
    expect((await machine.cli(['token', 'list'])).stderr).toContain('[NOT_SIGNED_IN]');
  });

  it('takes a token for automation, and hands it to the agent', async () => {
    const { stdout } = await scene.cli([
      'token',
      'create',
      '--name',
      'ci',
      '--scopes',
      'policy:read',
      '--json',
    ]);
    const { token } = JSON.parse(stdout) as { token: string };
    const { code } = await machine.cli(['login', '--with-token', '--machine'], token);
    expect(code).toBe(0);
    expect(local.sessions.at(-1)).toBe(token);
  });
});
