import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { LocalSession, LocalStatus } from '@pullgate/protocol';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askAgent, enrollMachine, loadAgentConfig, startAgent, toAgentPaths } from '../src/index.ts';
import { createSocketDiagnosis } from '../src/linux/socket-diagnosis.ts';
import { findInTcpTables } from '../src/linux/tcp-table.ts';
import { NOT_REQUIRED } from '../src/sign-in-required/required.ts';
import { createPeerUid, NOBODY_UID } from '../src/subjects/peer-uid.ts';
import { type RequiredSignIn, toRequiredSource } from './required-source.ts';
import { ENROLLMENT_TOKEN, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const isLinux = process.platform === 'linux';
const isRoot = isLinux && process.getuid?.() === 0;
const OTHER_UID = 12_345;

/** A tiny client as another user: what it is told to run, it runs with `node -e`. */
async function runAs(uid: number, script: string, ...args: string[]): Promise<string> {
  // A uid of its own may not reach the interpreter's directory, so the process gives up root itself, first of all.
  const code = `process.setgroups([]); process.setgid(${uid}); process.setuid(${uid}); ${script}`;
  const child = spawn(process.execPath, ['-e', code, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

const CONNECT = `
  const socket = require('node:net').connect(Number(process.argv[1]), process.argv[2]);
  socket.on('connect', () => socket.write('CONNECT docker.io:443 HTTP/1.1\\r\\nHost: docker.io:443\\r\\n\\r\\n'));
  socket.on('data', (bytes) => { process.stdout.write(bytes); socket.destroy(); });
  socket.on('error', () => undefined);`;

const ASK = `
  const { request } = require('node:http');
  const [socketPath, method, path, body] = process.argv.slice(1);
  const asked = request({ socketPath, method, path }, (answer) => answer.pipe(process.stdout));
  asked.end(body);`;

async function accept(host: string, client: (port: number) => void): Promise<Socket> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[Socket]>;
  client((server.address() as AddressInfo).port);
  const [socket] = await connected;
  onTestFinished(() => void socket.destroy());
  return socket;
}

describe.skipIf(!isLinux)('whose a connection is (skipped: this platform does not tell)', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::1', '::1'],
  ])(
    'is told for a listener on %s and a client of %s, by netlink and by the tables alike',
    async (host, to) => {
      const socket = await accept(host, (port) => {
        const client = connect(port, to).on('error', () => undefined);
        onTestFinished(() => void client.destroy());
      });
      expect(createPeerUid()(socket)).toBe(process.getuid?.());
      const ends = {
        localAddress: to,
        localPort: socket.remotePort ?? 0,
        remoteAddress: to,
        remotePort: socket.localPort ?? 0,
      };
      const diagnosed = createSocketDiagnosis()?.(ends);
      expect(diagnosed).toEqual(findInTcpTables(ends));
      expect(diagnosed?.inode).toBeGreaterThan(0);
      expect(createSocketDiagnosis()?.({ ...ends, localPort: 1 })).toBeUndefined();
    },
  );

  it.skipIf(!isRoot)('is told for another user (skipped without root)', async () => {
    const socket = await accept(
      '127.0.0.1',
      (port) => void runAs(OTHER_UID, CONNECT, String(port), '127.0.0.1'),
    );
    expect(createPeerUid()(socket)).toBe(OTHER_UID);
  });

  it('is nobody once the client let go: the kernel then says 0, which is not root', async () => {
    let port = 0;
    const socket = await accept('127.0.0.1', (bound) => {
      port = bound;
      const client = connect(bound, '127.0.0.1', () => client.destroy());
    });
    expect(port).toBeGreaterThan(0);
    const uid = await until(() => {
      const found = createPeerUid()(socket);
      return found === process.getuid?.() ? undefined : String(found);
    });
    expect(uid).toBe(String(NOBODY_UID));
  });
});

async function startSigned(required: RequiredSignIn, given?: string) {
  const plane = await startSmallControlPlane();
  onTestFinished(() => plane.stop());
  plane.people.set('right-token', {
    user: { id: 'u1', email: 'dev@acme.example' },
    organizations: ['acme'],
    teams: ['platform'],
  });
  plane.people.set('other-token', {
    user: { id: 'u2', email: 'dev@globex.example' },
    organizations: ['globex'],
    teams: [],
  });
  await plane.publish();
  const dataDir = given ?? (await makeTemporaryDirectory());
  await enrollMachine({ server: plane.url, token: ENROLLMENT_TOKEN, name: 'laptop-7', dataDir });
  const paths = toAgentPaths(dataDir);
  const lines: string[] = [];
  const start = async () => {
    const config = await loadAgentConfig(paths, { proxyListen: '127.0.0.1:0' });
    const agent = await startAgent(config, {
      log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
      required: toRequiredSource(required),
    });
    let stopped = false;
    const stop = async () => {
      if (!stopped) await agent.stop();
      stopped = true;
    };
    onTestFinished(stop);
    await until(() => agent.status().policy?.revision === 1);
    return { ...agent, stop };
  };
  return { plane, paths, dataDir, lines, start, agent: await start() };
}

const ACME: RequiredSignIn = {
  mechanism: 'registry.json',
  place: '/etc/pullgate/registry.json',
  allowedOrgs: ['acme'],
};

const statusOf = async (path: string) => (await askAgent(path, 'GET', '/v1/status')).body as LocalStatus;

describe.skipIf(!isLinux)('signing in on the socket', () => {
  it('binds the peer to its session, and is in force by the time it is answered', async () => {
    const { plane, paths, lines, dataDir } = await startSigned(ACME);
    expect((await statusOf(paths.agentSocket)).signIn).toMatchObject({ state: 'required', ...ACME });
    const wrong = await askAgent(paths.agentSocket, 'POST', '/v1/session', { token: 'no-such-token' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'SESSION_REFUSED' } });
    const right = await askAgent(paths.agentSocket, 'POST', '/v1/session', { token: 'right-token' });
    const session: LocalSession = {
      email: 'dev@acme.example',
      organizations: ['acme'],
      allowed: true,
      requiredOrgs: ['acme'],
    };
    expect(right).toEqual({ status: 200, body: session });
    expect(plane.signIns.at(-1)).toMatchObject({
      uid: process.getuid?.(),
      login: expect.stringMatching(/./),
    });
    const { signIn } = await statusOf(paths.agentSocket);
    expect(signIn).toMatchObject({
      state: 'satisfied',
      session: { email: 'dev@acme.example', teams: ['platform'], expired: false },
    });
    await until(() => plane.heartbeats.find((beat) => beat.signIn?.state === 'satisfied'));
    // The token is nowhere but on its way.
    expect(lines.join('')).not.toContain('right-token');
    for (const name of ['assignment.bundle.json', 'policy.bundle.json', 'agent.json', 'positions.json'])
      expect(await readFile(join(dataDir, name), 'utf8')).not.toContain('right-token');
    expect((await askAgent(paths.agentSocket, 'DELETE', '/v1/session')).status).toBe(204);
    expect((await statusOf(paths.agentSocket)).signIn).not.toHaveProperty('session');
    expect((await askAgent(paths.agentSocket, 'DELETE', '/v1/session')).status).toBe(204);
  });

  it('keeps sessions over a restart without the control plane', async () => {
    const { plane, paths, agent, start } = await startSigned(ACME);
    await askAgent(paths.agentSocket, 'POST', '/v1/session', { token: 'right-token' });
    await agent.stop();
    await plane.stop();
    await start();
    expect((await statusOf(paths.agentSocket)).signIn).toMatchObject({
      state: 'satisfied',
      session: { email: 'dev@acme.example' },
    });
  });

  it.each(['', 'x', '{}', '{"token":""}', '{"token":"right-token","uid":0}'])(
    'refuses the body %j, and repeats nothing of it',
    async (body) => {
      const { plane, paths } = await startSigned(ACME);
      const value = body.startsWith('{') ? JSON.parse(body) : body;
      const answer = await askAgent(paths.agentSocket, 'POST', '/v1/session', value);
      expect(answer).toMatchObject({ status: 400, body: { code: 'LOCAL_REQUEST_INVALID' } });
      expect(JSON.stringify(answer.body)).not.toContain('right-token');
      expect(plane.signIns).toEqual([]);
    },
  );

  it.skipIf(!isRoot)('judges each user by their own session (skipped without root)', async () => {
    const { plane, paths, agent } = await startSigned(ACME);
    const port = new URL(agent.status().points[0]?.detail ?? '').port;
    // The data directory is root's own, so the other user is handed a way to the socket alone.
    await chmod(paths.runDir, 0o711);
    const asOther = (method: string, path: string, body = '') =>
      runAs(OTHER_UID, ASK, paths.agentSocket, method, path, body);
    const connectAs = (uid: number) => runAs(uid, CONNECT, port, '127.0.0.1');
    await askAgent(paths.agentSocket, 'POST', '/v1/session', { token: 'right-token' });
    expect(await connectAs(OTHER_UID)).toMatch(/^HTTP\/1\.1 403 acme requires sign-in/);
    await asOther('POST', '/v1/session', '{"token":"other-token"}');
    expect(plane.signIns.at(-1)).toMatchObject({ uid: OTHER_UID, login: `uid-${OTHER_UID}` });
    expect(await connectAs(OTHER_UID)).toContain('403 signed in to globex, but this machine requires acme');
    expect(await connectAs(0)).not.toContain('requires');
    const check = JSON.parse(await asOther('POST', '/v1/check', '{"reference":"alpine"}'));
    expect(check).toMatchObject({ reason: 'WRONG_ORGANIZATION' });
    const status = JSON.parse(await asOther('GET', '/v1/status')) as LocalStatus;
    expect(status.signIn).toMatchObject({ state: 'required', session: { email: 'dev@globex.example' } });
    expect(JSON.stringify(status)).not.toContain('dev@acme.example');
    await until(() =>
      [...plane.records.values()][0]?.find(
        ({ user, reason }) => user === 'u2' && reason === 'WRONG_ORGANIZATION',
      ),
    );
  });

  it('is not asked for where nothing enforces it', async () => {
    const { paths } = await startSigned(NOT_REQUIRED);
    expect((await statusOf(paths.agentSocket)).signIn).toEqual({
      mechanism: 'none',
      allowedOrgs: [],
      state: 'off',
    });
  });
});
