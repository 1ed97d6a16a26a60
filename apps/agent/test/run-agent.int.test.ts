import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { request as connectTunnel, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { CheckAnswer, LocalStatus } from '@pullgate/protocol';
import { parseRegistryHost } from '@pullgate/reference';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatEngines } from '../src/engines/wired-engines.ts';
import {
  askAgent,
  enrollMachine,
  loadAgentConfig,
  runAgent,
  startAgent,
  toAgentPaths,
} from '../src/index.ts';
import type { Point, PointDependencies } from '../src/point.ts';
import { ENROLLMENT_TOKEN, type SmallControlPlane, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const log = pino({ level: 'silent' });
const quick = {
  heartbeatMs: 200,
  streamSilenceMs: 5_000,
  pollMs: 150,
  reconnectBaseMs: 20,
  reconnectMaxMs: 100,
};

async function startPlane(port = 0): Promise<SmallControlPlane> {
  const plane = await startSmallControlPlane(port);
  onTestFinished(() => plane.stop());
  return plane;
}

/** A point that a test can ask as an engine would ask the proxy. */
function createAskedPoint() {
  let given: PointDependencies | undefined;
  const point: Point = {
    start: async () => undefined,
    stop: async () => undefined,
    status: () => ({ name: 'proxy', state: 'on', detail: 'in memory' }),
  };
  const ask = (registry: string) => {
    if (given === undefined) throw new Error('not started');
    const decision = given.decider.decide('proxy', { registry: parseRegistryHost(registry) });
    given.recorder.record({
      point: 'proxy',
      depth: 'host',
      registry,
      userAgent: 'docker/20.10.24 go/go1.19',
      decision,
    });
    return decision;
  };
  const createPoints = (_config: unknown, dependencies: PointDependencies) => {
    given = dependencies;
    return [point];
  };
  return { createPoints, ask, dependencies: () => given };
}

async function enrollHere(plane: SmallControlPlane) {
  const dataDir = await makeTemporaryDirectory();
  await enrollMachine({ server: plane.url, token: ENROLLMENT_TOKEN, name: 'laptop-7', dataDir });
  return toAgentPaths(dataDir);
}

async function startHere(paths: ReturnType<typeof toAgentPaths>) {
  const asked = createAskedPoint();
  const config = await loadAgentConfig(paths, { proxyListen: '127.0.0.1:0' });
  const agent = await startAgent(config, { log, createPoints: asked.createPoints, timings: quick });
  let stopped = false;
  const stop = async () => {
    if (!stopped) await agent.stop();
    stopped = true;
  };
  onTestFinished(stop);
  return { ...agent, ...asked, stop };
}

describe('enrollMachine', () => {
  it('keeps the key to its owner, and pins the organization', async () => {
    const plane = await startPlane();
    const paths = await enrollHere(plane);
    expect((await stat(paths.keyFile)).mode & 0o777).toBe(0o600);
    const file = JSON.parse(await readFile(paths.configFile, 'utf8')) as Record<string, unknown>;
    expect(file.recoveryKey).toEqual(plane.recoveryKey);
    expect(JSON.stringify(file)).not.toContain(ENROLLMENT_TOKEN);
  });

  it('refuses a second time, a wrong token, plain HTTP to elsewhere', async () => {
    const plane = await startPlane();
    const paths = await enrollHere(plane);
    const again = { server: plane.url, token: ENROLLMENT_TOKEN, dataDir: paths.dataDir };
    await expect(enrollMachine(again)).rejects.toMatchObject({ code: 'ALREADY_ENROLLED' });
    const dataDir = await makeTemporaryDirectory();
    await expect(enrollMachine({ server: plane.url, token: 'wrong', dataDir })).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      answer: { status: 401, code: 'TOKEN_INVALID' },
    });
    await expect(enrollMachine({ server: 'http://192.0.2.1', token: 'x', dataDir })).rejects.toMatchObject({
      code: 'SERVER_INSECURE',
    });
  });
});

describe('a running agent', () => {
  it('reports the engines that install has wired, also those wired while it runs', async () => {
    const plane = await startPlane();
    const paths = await enrollHere(plane);
    const enginesFile = join(paths.dataDir, 'engines.json');
    await startHere({ ...paths, enginesFile });
    await until(() => plane.heartbeats.find(({ engines }) => engines.length === 0));
    const docker = { name: 'docker', version: '20.10', wired: true, depth: 'host' as const };
    await writeFile(enginesFile, formatEngines([docker]));
    await until(() => plane.heartbeats.find(({ engines }) => engines[0]?.name === docker.name));
  });

  it('denies without a policy, obeys one within moments, and reports both', async () => {
    const plane = await startPlane();
    const agent = await startHere(await enrollHere(plane));
    expect(agent.ask('docker.io')).toMatchObject({ effect: 'refuse', reason: 'POLICY_MISSING', revision: 0 });
    await plane.publish();
    await until(() => agent.ask('docker.io').effect === 'forward');
    expect(agent.ask('ghcr.io')).toMatchObject({ effect: 'refuse', reason: 'NOT_LISTED', revision: 1 });
    await until(() => plane.heartbeats.find(({ policy }) => policy?.revision === 1));
    const seen = await until(() =>
      [...plane.records.values()][0]?.find(({ registry }) => registry === 'ghcr.io'),
    );
    expect(seen).toMatchObject({ point: 'proxy', verdict: 'deny', engine: 'docker/20.10.24', revision: 1 });
    expect(seen.message).toContain('Ask in #platform');
  });

  it('takes teams and grants from its assignment', async () => {
    const plane = await startPlane();
    await plane.publish();
    const agent = await startHere(await enrollHere(plane));
    await until(() => agent.ask('quay.io').reason === 'TEAM_NOT_ALLOWED');
    await plane.assign({ teams: ['platform'], holder: { id: 'u1' } });
    await until(() => agent.ask('quay.io').effect === 'forward');
    await until(() => [...plane.records.values()][0]?.find(({ user }) => user === 'u1'));
    await plane.assign({ stage: 'observe' });
    const decision = await until(() => {
      const asked = agent.ask('quay.io');
      return asked.mode === 'observe' && asked;
    });
    expect(decision).toMatchObject({ verdict: 'deny', effect: 'forward' });
  });

  it('keeps the last good policy when a bad one comes, and says so', async () => {
    const plane = await startPlane();
    await plane.publish();
    const agent = await startHere(await enrollHere(plane));
    await until(() => agent.status().policy?.revision === 1);
    const old = plane.policy();
    plane.serve({ ...old, payload: `${old.payload.slice(0, -4)}AAAA` });
    await until(() => agent.status().rejected?.code === 'SIGNATURE_INVALID');
    await until(() => plane.heartbeats.find(({ rejected }) => rejected?.code === 'SIGNATURE_INVALID'));
    expect(agent.ask('docker.io').effect).toBe('forward');
    await plane.publish({ registries: [] });
    await until(() => agent.ask('docker.io').effect === 'refuse');
    expect(agent.status().rejected).toBeUndefined();
    plane.serve(old);
    await until(() => agent.status().rejected?.code === 'REVISION_OLD');
    expect(agent.ask('docker.io')).toMatchObject({ effect: 'refuse', revision: 2 });
  });

  it('starts without its control plane, decides by the last good policy, and delivers later', async () => {
    const plane = await startPlane();
    await plane.publish();
    const paths = await enrollHere(plane);
    const first = await startHere(paths);
    await until(() => first.status().policy?.revision === 1);
    await first.stop();
    const port = Number(new URL(plane.url).port);
    await plane.stop();
    const second = await startHere(paths);
    expect(second.ask('docker.io').effect).toBe('forward');
    expect(second.ask('ghcr.io').effect).toBe('refuse');
    await until(() => second.status().connection.state === 'offline');
    await until(() => second.status().log.pending === 2);
    await second.stop();
    const third = await startHere(paths);
    expect(third.status().log.pending).toBe(2);
    const stranger = await startPlane(port);
    await until(() => stranger.calls.find((call) => call.endsWith(' 401')));
    expect(third.ask('docker.io').effect).toBe('forward');
  });

  it('stays revoked when it is started again without its control plane', async () => {
    const plane = await startPlane();
    await plane.publish();
    await plane.assign({ teams: ['platform'], holder: { id: 'u1' } });
    const paths = await enrollHere(plane);
    const first = await startHere(paths);
    await until(() => first.ask('quay.io').effect === 'forward');
    plane.isRevoked = true;
    plane.endStreams();
    await until(() => first.ask('quay.io').reason === 'TEAM_NOT_ALLOWED');
    await first.stop();
    await plane.stop();
    const second = await startHere(paths);
    expect(second.ask('quay.io').reason).toBe('TEAM_NOT_ALLOWED');
    await until(() => second.status().connection.state === 'offline');
    expect(second.ask('quay.io').reason).toBe('TEAM_NOT_ALLOWED');
  });

  it('finds a new policy without announcements, by asking', async () => {
    const plane = await startPlane();
    await plane.publish();
    plane.failures.set('/agent/v1/events', 502);
    const agent = await startHere(await enrollHere(plane));
    await until(() => agent.status().policy?.revision === 1);
    await plane.publish({ registries: [] });
    await until(() => agent.status().policy?.revision === 2);
    await until(() => plane.calls.includes('GET /agent/v1/policy 304'));
  });

  it('corrects its clock by that of the server', async () => {
    const plane = await startPlane();
    await plane.publish();
    plane.skewMs = 86_400_000;
    const agent = await startHere(await enrollHere(plane));
    await until(() => agent.status().policy?.revision === 1);
    await until(() => plane.heartbeats.length > 0);
  });

  it('sends again what was not accepted, once it is', async () => {
    const plane = await startPlane();
    await plane.publish();
    plane.failures.set('/agent/v1/decisions', 503);
    const agent = await startHere(await enrollHere(plane));
    await until(() => agent.ask('docker.io').effect === 'forward');
    await until(() => plane.calls.find((call) => call === 'POST /agent/v1/decisions 503'));
    plane.failures.clear();
    await until(() => agent.status().log.pending === 0);
    const seqs = [...plane.records.values()][0]?.map(({ seq }) => seq) ?? [];
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it('refuses a second agent on its data directory, and a file that is no configuration', async () => {
    const plane = await startPlane();
    const paths = await enrollHere(plane);
    await startHere(paths);
    await expect(startHere(paths)).rejects.toMatchObject({ code: 'AGENT_RUNNING' });
    const other = toAgentPaths(await makeTemporaryDirectory());
    await expect(startHere(other)).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
    await writeFile(other.configFile, '{');
    await expect(startHere(other)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('does not start without its key, and leaves nothing running then', async () => {
    const paths = await enrollHere(await startPlane());
    await writeFile(paths.keyFile, '{}');
    await expect(startHere(paths)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
    await expect(startHere(paths)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });
});

describe('the agent with its proxy', () => {
  it('refuses a CONNECT with the sentence, and lets the owner know', async () => {
    const plane = await startPlane();
    await plane.publish();
    const paths = await enrollHere(plane);
    const agent = await runAgent({ dataDir: paths.dataDir, proxyListen: '127.0.0.1:0', log });
    onTestFinished(() => agent.stop());
    await until(() => agent.status().policy?.revision === 1);
    const address = new URL(agent.status().points[0]?.detail ?? '');
    const request = connectTunnel({
      host: address.hostname,
      port: address.port,
      method: 'CONNECT',
      path: 'ghcr.io:443',
    });
    onTestFinished(() => void request.destroy());
    request.end();
    const [answer] = (await once(request, 'connect')) as [IncomingMessage];
    expect(answer.statusCode).toBe(403);
    expect(answer.statusMessage).toContain('acme does not allow ghcr.io');
    await until(() => [...plane.records.values()][0]?.find(({ reason }) => reason === 'NOT_LISTED'));
    expect(agent.status().points[0]).toMatchObject({ deniedToday: 1 });
  });

  it('ends its start, and everything begun, when the port is taken', async () => {
    const paths = await enrollHere(await startPlane());
    const blocker = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void blocker.close());
    await once(blocker, 'listening');
    const proxyListen = `127.0.0.1:${(blocker.address() as AddressInfo).port}`;
    const starting = runAgent({ dataDir: paths.dataDir, proxyListen, log });
    await expect(starting).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    await (await startHere(paths)).stop();
  });
});

describe('the local sockets', () => {
  it('answer status and checks to anyone, the rest to the administrator', async () => {
    const plane = await startPlane();
    await plane.publish();
    const paths = await enrollHere(plane);
    const agent = await startHere(paths);
    await until(() => agent.ask('ghcr.io').reason === 'NOT_LISTED');
    expect((await stat(paths.agentSocket)).mode & 0o777).toBe(0o666);
    expect((await stat(paths.adminSocket)).mode & 0o777).toBe(0o600);
    const status = (await askAgent(paths.agentSocket, 'GET', '/v1/status')).body as LocalStatus;
    expect(status).toMatchObject({
      organization: { slug: 'acme', name: 'Acme' },
      policy: { revision: 1, mode: 'enforce' },
    });
    expect(status.points[0]).toMatchObject({ name: 'proxy', state: 'on' });
    expect(status.points[0]?.deniedToday).toBeGreaterThan(0);
    const check = async (reference: string, action?: string) =>
      (await askAgent(paths.agentSocket, 'POST', '/v1/check', { reference, action })).body as CheckAnswer;
    expect(await check('alpine')).toMatchObject({ verdict: 'allow', ruleId: 'hub', action: 'pull' });
    expect(await check('ghcr.io/acme/app:1', 'push')).toMatchObject({
      verdict: 'deny',
      reason: 'NOT_LISTED',
    });
    for (const path of ['/v1/decisions', '/v1/metrics', '/v1/refresh', '/', '/v1/status?x'])
      expect((await askAgent(paths.agentSocket, 'GET', path)).status).toBe(404);
    const recent = (await askAgent(paths.adminSocket, 'GET', '/v1/decisions')).body as { items: unknown[] };
    expect(recent.items.length).toBeGreaterThan(0);
    const metrics = String((await askAgent(paths.adminSocket, 'GET', '/v1/metrics')).body);
    expect(metrics).toContain('pullgate_agent_policy_revision 1');
    expect(metrics).toContain('reason="NOT_LISTED"');
  });

  it('fetch at once when told to', async () => {
    const plane = await startPlane();
    await plane.publish();
    await plane.assign({});
    const paths = await enrollHere(plane);
    await startHere(paths);
    const answer = await askAgent(paths.adminSocket, 'POST', '/v1/refresh');
    expect(answer).toMatchObject({ status: 200, body: { policy: { revision: 1 } } });
    await plane.stop();
    expect(await askAgent(paths.adminSocket, 'POST', '/v1/refresh')).toMatchObject({
      status: 502,
      body: { code: 'SERVER_UNREACHABLE' },
    });
  });

  it.each([
    ['no JSON', 'x', 'LOCAL_REQUEST_INVALID'],
    ['a reference that is none', { reference: 'acme//app' }, 'LOCAL_REQUEST_INVALID'],
    ['an unknown action', { reference: 'alpine', action: 'own' }, 'LOCAL_REQUEST_INVALID'],
    ['a key too many', { reference: 'alpine', as: 'root' }, 'LOCAL_REQUEST_INVALID'],
    ['too much', { reference: 'x'.repeat(20_000) }, 'LOCAL_REQUEST_TOO_LARGE'],
  ])('refuse %s', async (_name, body, code) => {
    const paths = await enrollHere(await startPlane());
    await startHere(paths);
    expect(await askAgent(paths.agentSocket, 'POST', '/v1/check', body)).toMatchObject({ body: { code } });
  });

  it('replace what a dead agent left, and go with the agent', async () => {
    const paths = await enrollHere(await startPlane());
    const agent = await startHere(paths);
    await agent.stop();
    await expect(askAgent(paths.agentSocket, 'GET', '/v1/status')).rejects.toMatchObject({
      code: 'AGENT_UNREACHABLE',
    });
    await writeFile(paths.agentSocket, '');
    await expect(startHere(paths)).rejects.toMatchObject({ code: 'SOCKET_UNUSABLE' });
    await chmod(paths.agentSocket, 0o600);
    expect(await readFile(join(paths.runDir, 'agent.sock'), 'utf8')).toBe('');
  });
});
