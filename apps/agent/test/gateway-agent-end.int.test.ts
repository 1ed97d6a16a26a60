/** A real agent that is stopped, or killed, in the midst of inspected transfers: they look cut, and the next start knows everything again. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { DecisionRecord, LocalStatus } from '@pullgate/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askAgent, enrollMachine, toAgentPaths } from '../src/index.ts';
import { createTestAuthority, type TestAuthority } from './gateway-harness.ts';
import { openTunnel } from './proxy-harness.ts';
import { ENROLLMENT_TOKEN, type SmallControlPlane, startSmallControlPlane } from './small-control-plane.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const AGENT = fileURLToPath(new URL('agent-process.ts', import.meta.url));
const PIECE = randomBytes(64 * 1024);
const PIECES = 20;
const BLOB = `/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`;
const UPLOAD = '/v2/acme/app/blobs/uploads/1';
/** Starts an agent twice. */
const SLOW = { timeout: 90_000 };

interface Site {
  readonly plane: SmallControlPlane;
  readonly dataDir: string;
  readonly host: string;
  readonly machineCa: TestAuthority;
  /** Uploads that came whole. */
  readonly whole: string[];
  /** Answers that are being sent, to be let go on. */
  readonly sending: ServerResponse[];
}

/** A control plane, an enrolled machine, and a registry on loopback whose requests are inspected there. */
async function startSite(): Promise<Site> {
  const dir = await makeTemporaryDirectory();
  const dataDir = join(dir, 'data');
  const [machineCa, company] = ['machine', 'company'].map((name) =>
    createTestAuthority(join(dir, name), name),
  );
  if (machineCa === undefined || company === undefined) throw new Error('two authorities');
  const whole: string[] = [];
  const sending: ServerResponse[] = [];
  const server = createHttpsServer(company.issue('127.0.0.1'), (request, response) => {
    response.on('error', () => undefined);
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-length': String(PIECES * PIECE.length) }).write(PIECE);
      sending.push(response);
      return;
    }
    request.on('error', () => undefined).resume();
    request.once('end', () => void whole.push(request.url ?? ''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plane = await startSmallControlPlane();
  onTestFinished(() => plane.stop());
  await plane.publish({
    registries: [{ id: 'own', registry: host, allow: ['pull', 'push'], repositories: ['acme/**'] }],
  });
  await enrollMachine({ server: plane.url, token: ENROLLMENT_TOKEN, name: 'laptop-7', dataDir });
  const folder = join(toAgentPaths(dataDir).trustDir, host);
  mkdirSync(folder, { recursive: true });
  const leaf = machineCa.issue('127.0.0.1');
  const files = { 'key.pem': leaf.key, 'leaf.pem': leaf.cert, 'upstream-ca.pem': company.pem };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { plane, dataDir, host, machineCa, whole, sending };
}

interface Agent {
  readonly child: ChildProcess;
  readonly proxyPort: number;
  /** What it said on its standard error. */
  readonly said: () => string;
  end(signal: NodeJS.Signals): Promise<readonly [code: number | null, signal: string | null, ms: number]>;
}

/** Resolves once the agent serves and has its policy. */
async function startAgent({ dataDir }: Site): Promise<Agent> {
  const child = spawn(process.execPath, [AGENT, dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  if (child.exitCode !== null) throw new Error(said);
  const statusOf = async (): Promise<LocalStatus> =>
    (await askAgent(toAgentPaths(dataDir).agentSocket, 'GET', '/v1/status')).body as LocalStatus;
  const { points } = await until(async () => {
    const status = await statusOf();
    return status.policy === undefined ? undefined : status;
  });
  const detail = points.find(({ name }) => name === 'proxy')?.detail ?? '';
  return {
    child,
    proxyPort: Number(/:([0-9]+)$/.exec(detail)?.[1]),
    said: () => said,
    async end(signal) {
      const begun = performance.now();
      child.kill(signal);
      const [code, by] = (await ended) as [number | null, string | null];
      return [code, by, performance.now() - begun];
    },
  };
}

interface Transfer {
  readonly received: () => number;
  /** How the connection went: the code of an error, or `end` where it looked like the end of what was sent. */
  readonly ended: Promise<string>;
  readonly socket: TLSSocket;
}

async function open({ host, machineCa }: Site, { proxyPort }: Agent, head: string): Promise<Transfer> {
  const tunnel = await openTunnel(proxyPort, host);
  const socket = connectTls({ socket: tunnel, host: '127.0.0.1', ca: [machineCa.pem] });
  let received = 0;
  let how: string | undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  socket.once('end', () => {
    how ??= 'end';
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    how ??= error.code ?? error.message;
  });
  await once(socket, 'secureConnect');
  socket.write(head.replace('\n', ` HTTP/1.1\r\nHost: ${host}\r\n`));
  return { socket, received: () => received, ended: until(() => how) };
}

/** A download and two uploads that are under way. */
async function openAll(site: Site, agent: Agent): Promise<readonly Transfer[]> {
  const download = await open(site, agent, `GET ${BLOB}\n\r\n`);
  await until(() => download.received() > PIECE.length);
  const sized = await open(site, agent, `PATCH ${UPLOAD}\nContent-Length: 1000\r\n\r\nhalf`);
  const chunked = await open(site, agent, `PATCH ${UPLOAD}\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`);
  await sleep(200);
  return [download, sized, chunked];
}

async function askDenied(site: Site, agent: Agent): Promise<void> {
  const denied = await open(site, agent, 'GET /v2/other/app/manifests/1\n\r\n');
  await until(() => denied.received() > 0);
  denied.socket.destroy();
}

/** A whole download, to show that an agent serves. */
async function downloadWhole(site: Site, agent: Agent): Promise<void> {
  const known = site.sending.length;
  const { received, socket } = await open(site, agent, `GET ${BLOB}\n\r\n`);
  const response = await until(() => site.sending[known]);
  for (let piece = 1; piece < PIECES; piece += 1) response.write(PIECE);
  response.end();
  await until(() => received() > PIECES * PIECE.length);
  socket.destroy();
}

const reasonsOf = (records: readonly DecisionRecord[]): readonly string[] =>
  [...new Set(records.map(({ reason }) => reason))].sort();

/** A download by curl, which tells a short body by its exit code: 18, or 56 where the connection was reset. */
async function curl({ host, machineCa }: Site, { proxyPort }: Agent): Promise<unknown> {
  const args = ['-sS', '--proxy', `http://127.0.0.1:${proxyPort}`, '--cacert', join(machineCa.dir, 'ca.crt')];
  const child = spawn('curl', [...args, '-o', '/dev/null', `https://${host}${BLOB}`], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code;
}

/** The kernel ends the connections of a killed process in order: what is missing shows by lengths, and by the end of TLS that never came. */
describe.each<[NodeJS.Signals, readonly [number | null, string | null], readonly string[]]>([
  ['SIGTERM', [0, null], ['ECONNRESET']],
  ['SIGKILL', [null, 'SIGKILL'], ['ECONNRESET', 'end']],
])('an agent that gets %s in the midst of inspected transfers', (signal, exit, endings) => {
  it('cuts them, ends in time, and serves again with all it recorded', SLOW, async () => {
    const site = await startSite();
    // Nothing is sent before the end, so that what the next agent sends was on the disk.
    site.plane.failures.set('/agent/v1/decisions', 503);
    const first = await startAgent(site);
    await askDenied(site, first);
    const transfers = await openAll(site, first);
    const curled = curl(site, first);
    await until(() => site.sending.length === 2);
    await sleep(1000);
    const [code, by, ms] = await first.end(signal);
    expect([code, by]).toEqual(exit);
    expect(ms).toBeLessThan(10_000);
    for (const { ended } of transfers) expect(endings).toContain(await ended);
    expect([18, 56]).toContain(await curled);
    expect(transfers[0]?.received()).toBeLessThan(PIECES * PIECE.length);
    expect(site.whole).toEqual([]);
    expect(first.said()).toBe('');

    site.plane.failures.clear();
    const second = await startAgent(site);
    await downloadWhole(site, second);
    const records = await until(() => {
      const all = [...site.plane.records.values()].flat();
      return all.length < 3 ? undefined : all;
    });
    expect(reasonsOf(records)).toEqual(['REPOSITORY_NOT_ALLOWED', 'RULE_ALLOWED']);
    const seqs = records.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    await second.end('SIGTERM');
    // What only a running agent needs is gone, or taken over; what is half written would stay.
    expect(
      readdirSync(site.dataDir, { recursive: true }).filter((name) => /tmp|part|~$/.test(String(name))),
    ).toEqual([]);
  });
});

describe('an agent that is killed again and again while it writes decisions', () => {
  it('starts each time, and loses no decision that was on the disk', { timeout: 120_000 }, async () => {
    const site = await startSite();
    site.plane.failures.set('/agent/v1/decisions', 503);
    for (const delayMs of [0, 40, 150]) {
      const agent = await startAgent(site);
      const exited = once(agent.child, 'exit');
      const asking = (async () => {
        while (agent.child.exitCode === null && agent.child.signalCode === null)
          await Promise.race([askDenied(site, agent).catch(() => undefined), exited]);
      })();
      await sleep(300 + delayMs);
      await agent.end('SIGKILL');
      await asking;
    }
    site.plane.failures.clear();
    const last = await startAgent(site);
    await downloadWhole(site, last);
    await until(() =>
      [...site.plane.records.values()].flat().some(({ reason }) => reason === 'RULE_ALLOWED'),
    );
    const records = [...site.plane.records.values()].flat();
    expect(records.filter(({ reason }) => reason === 'REPOSITORY_NOT_ALLOWED').length).toBeGreaterThanOrEqual(
      3,
    );
    const seqs = records.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    const status = (await askAgent(toAgentPaths(site.dataDir).agentSocket, 'GET', '/v1/status'))
      .body as LocalStatus;
    expect(status.policy).toMatchObject({ revision: 1, mode: 'enforce' });
    await last.end('SIGTERM');
  });
});
