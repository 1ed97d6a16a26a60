/** `pullgate login` by device flow against a real control plane; the browser's part is done with fetch. */

import type { ChildProcess } from 'node:child_process';
import { createServer, type Server, type ServerResponse } from 'node:http';
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
type Fault = 'none' | 'refuses' | 'cuts' | 'babbles' | 'is gone';
/** What the agent answers, and what it was handed. */
const local = {
  requiredOrgs: ['acme'] as string[],
  pinned: '',
  sessions: [] as string[],
  signedIn: false,
  fault: 'none' as Fault,
};

beforeAll(async () => {
  scene = createScene({
    PULLGATE_ORGANIZATION: 'acme',
    PULLGATE_OWNER_EMAIL: OWNER.email,
    PULLGATE_OWNER_PASSWORD: OWNER.password,
  });
  running = await scene.up();
  server = new URL(running.report.url).origin;
  local.pinned = server;
  machine = createScene({ PULLGATE_AGENT_SOCKET: join(scene.folder, 'fake-agent.sock') });
  agent = createAgent();
  await listen();
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

const listen = (): Promise<void> =>
  new Promise((resolve) => agent.listen(join(scene.folder, 'fake-agent.sock'), resolve));

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
      if (local.fault !== 'none') return fail(local.fault, response);
      local.signedIn = true;
      const allowed = local.requiredOrgs.length === 0 || local.requiredOrgs.includes('acme');
      const { requiredOrgs } = local;
      return response.end(
        JSON.stringify({ email: OWNER.email, organizations: ['acme'], allowed, requiredOrgs }),
      );
    });
  });
}

/** It took the token in all of these, and answers as no sign-in is answered. */
function fail(fault: Fault, response: ServerResponse): void {
  const problem = { type: 'about:blank', title: 'x', status: 403, detail: 'not this token' };
  if (fault === 'refuses')
    response.writeHead(403).end(JSON.stringify({ ...problem, code: 'SESSION_REFUSED' }));
  else if (fault === 'babbles') response.end('{"email":1}');
  else response.destroy();
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
  const read = (chunk: unknown): void => {
    text += String(chunk);
    const userCode = /user_code=([A-Z0-9]{8})\s[\s\S]*allow this code/.exec(text)?.[1];
    if (userCode === undefined || isDecided) return;
    isDecided = true;
    if (local.fault === 'is gone') agent.close();
    if (decision === 'SIGINT') child.kill('SIGINT');
    else void decide(userCode, decision);
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

/** What the control plane says to this session. */
async function statusOf(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${server}/api/v1/session`, { headers })).status;
}

/** Ids of all tokens of the organization. */
async function tokens(): Promise<readonly string[]> {
  const { stdout } = await scene.cli(['token', 'list', '--json']);
  return (JSON.parse(stdout) as { items: { id: string }[] }).items.map(({ id }) => id);
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
    expect(local.sessions.map((token) => cookie.includes(token))).toEqual([false, false, false]);
    expect(await Promise.all(local.sessions.map(statusOf))).toEqual([200, 200, 200]);
  });

  it.each<[string, Fault, string]>([
    ['refuses the token', 'refuses', 'SESSION_REFUSED'],
    ['cuts the connection', 'cuts', 'AGENT_UNREACHABLE'],
    ['answers nonsense', 'babbles', 'INTERNAL'],
    ['went away meanwhile', 'is gone', 'AGENT_UNREACHABLE'],
  ])(
    'leaves neither session nor token when the agent %s',
    async (_name, fault, error) => {
      const before = await tokens();
      Object.assign(local, { fault, requiredOrgs: ['acme'] });
      const ended = await login(['--machine'], 'allow');
      local.fault = 'none';
      if (fault === 'is gone') await listen();
      expect([ended.code, ended.text]).toEqual([1, expect.stringContaining(`[${error}]`)]);
      expect(ended.text).not.toContain('signed in');
      expect(local.signedIn).toBe(false);
      expect(await statusOf(local.sessions.at(-1) ?? '')).toBe(401);
      expect(await tokens()).toEqual(before);
      expect((await machine.cli(['token', 'list'])).stderr).toContain('[NOT_SIGNED_IN]');
    },
    60_000,
  );

  it('signs the command in without --machine when the agent fails, and ends the session that nobody keeps', async () => {
    local.fault = 'refuses';
    const ended = await login([], 'allow');
    local.fault = 'none';
    expect([ended.code, ended.text]).toEqual([
      0,
      expect.stringContaining('not on this machine\n  not this token'),
    ]);
    expect(await statusOf(local.sessions.at(-1) ?? '')).toBe(401);
    expect((await machine.cli(['token', 'list'])).code).toBe(0);
    expect((await machine.cli(['logout'])).code).toBe(0);
  }, 60_000);

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
