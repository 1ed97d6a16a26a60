/** Certificates at the gateway, the machine's and the registry's: replaced, expired, made out to others, asked of clients. */

import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createFakeClock } from '@pullgate/testkit';
import { describe, expect, it } from 'vitest';
import { type Authority, createAuthority, issueLeaf } from '../src/trust/certificates.ts';
import {
  createTestAuthority,
  type GatewayLab,
  type GatewayLabOptions,
  startGatewayLab,
  type TestAuthority,
} from './gateway-harness.ts';
import { untilNoTunnel } from './gateway-hostile-harness.ts';
import { makeTemporaryDirectory, until } from './temporary.ts';

const MANIFEST = '/v2/acme/app/manifests/1';
const DAY_MS = 86_400_000;
const FRESH = { notBefore: Date.now() - DAY_MS, notAfter: Date.now() + DAY_MS };
const PAST = { notBefore: Date.now() - 2 * DAY_MS, notAfter: Date.now() - DAY_MS };
const FUTURE = { notBefore: Date.now() + DAY_MS, notAfter: Date.now() + 2 * DAY_MS };

interface Pair {
  readonly cert: string;
  readonly key: string;
}

const namesOf = (...dns: string[]) => ({ dns, addresses: [], excludedDns: [] });
const authorityOf = (validity = FRESH): Authority =>
  createAuthority('a company', namesOf('reg.test', 'other.test', 'blobs.test'), validity);

function leafOf(authority: Authority, name = 'reg.test', validity = FRESH): Pair {
  const { chain, key } = issueLeaf('a company', authority, namesOf(name), validity);
  return { cert: chain, key };
}

interface World extends AsyncDisposable {
  readonly lab: GatewayLab;
  readonly host: string;
  readonly url: string;
  /** Requests that reached the registry. */
  readonly heard: string[];
  /** Shows another certificate from now on, and ends what is open. */
  replace(pair: Pair): void;
  /** Puts files of the registry into the agent's directory, as `agent install` does. */
  place(files: Readonly<Record<string, string>>): void;
}

/** A registry `reg.test` with the certificate and the demands of the test. */
async function startWorld(options: ServerOptions, labOptions: GatewayLabOptions = {}): Promise<World> {
  const lab = await startGatewayLab(labOptions);
  const heard: string[] = [];
  const server = createHttpsServer(options, (request, response) => {
    heard.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => response.end('fine'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `reg.test:${(server.address() as AddressInfo).port}`;
  lab.publish({
    registries: [{ id: 'own', registry: host, allow: ['pull', 'push'], repositories: ['acme/**'] }],
  });
  lab.trust(host);
  return {
    lab,
    host,
    url: `https://${host}${MANIFEST}`,
    heard,
    replace(pair) {
      server.setSecureContext({ ...options, ...pair });
      server.closeAllConnections();
    },
    place(files) {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(lab.trustDir, host, name), text);
    },
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A kept connection of an engine, asked again and again. */
async function keepTunnel(world: World): Promise<{ ask(): Promise<string>; socket: TLSSocket }> {
  const socket = await world.lab.connect(world.host);
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  return {
    socket,
    async ask() {
      text = '';
      socket.write(`GET ${MANIFEST} HTTP/1.1\r\nHost: ${world.host}\r\n\r\n`);
      await until(() => /\r\n\r\n[\s\S]*(?:fine|\})\s*$/.test(text) || socket.destroyed);
      return text.slice(0, text.indexOf('\r\n'));
    },
  };
}

const failuresOf = async ({ lab }: World) =>
  (await lab.metrics.getSingleMetric('pullgate_gateway_failures_total')?.get())?.values.map(
    ({ labels }) => labels.kind,
  );

describe('a certificate of a registry', () => {
  const company = authorityOf();
  const formerCompany = authorityOf(PAST);
  it.each<[string, Pair | 'self-signed', string | undefined, RegExp]>([
    ['that has expired', leafOf(company, 'reg.test', PAST), company.certificate, /CERT_HAS_EXPIRED.*renew/],
    [
      'of an authority that has expired',
      leafOf(formerCompany),
      formerCompany.certificate,
      /CERT_HAS_EXPIRED.*renew/,
    ],
    [
      'that is not valid yet',
      leafOf(company, 'reg.test', FUTURE),
      company.certificate,
      /CERT_NOT_YET_VALID.*clock/,
    ],
    ['for another name', leafOf(company, 'other.test'), company.certificate, /ALTNAME.*another name/],
    ['of an unknown authority', leafOf(company), undefined, /does not know.*agent install --only trust$/],
    [
      'of another authority than its own',
      leafOf(company),
      authorityOf().certificate,
      /does not know.*agent install/,
    ],
    ['that it signed itself', 'self-signed', undefined, /SELF_SIGNED.*agent install --only trust$/],
  ])('%s opens nothing, and says what to do', async (_, pair, ca, expected) => {
    const dir = await makeTemporaryDirectory();
    const shown = pair === 'self-signed' ? createTestAuthority(dir, 'reg.test').self() : pair;
    await using world = await startWorld(shown);
    if (ca !== undefined) world.place({ 'upstream-ca.pem': ca });
    const answer = await world.lab.ask(world.url);
    expect([answer.status, answer.phrase]).toEqual([502, expect.stringMatching(expected)]);
    expect(answer.phrase).toContain(world.host);
    expect(JSON.parse(answer.body.toString()).errors[0].message).toBe(answer.phrase);
    expect(world.lab.logged.join('')).toContain(answer.phrase);
    expect(await failuresOf(world)).toEqual(['tls']);
    expect(world.heard).toEqual([]);
    await untilNoTunnel(world.lab);
  });

  it('that is replaced is verified anew, in tunnels that are open as in the next, without a restart', async () => {
    const [former, next] = [authorityOf(), authorityOf()];
    await using world = await startWorld(leafOf(former));
    world.place({ 'upstream-ca.pem': former.certificate });
    const tunnel = await keepTunnel(world);
    expect(await tunnel.ask()).toBe('HTTP/1.1 200 OK');
    world.replace(leafOf(former));
    expect(await tunnel.ask()).toBe('HTTP/1.1 200 OK');
    world.replace(leafOf(next));
    expect(await tunnel.ask()).toMatch(/^HTTP\/1\.1 502 .*does not know/);
    world.place({ 'upstream-ca.pem': next.certificate });
    expect(await tunnel.ask()).toBe('HTTP/1.1 200 OK');
    expect((await world.lab.ask(world.url)).status).toBe(200);
    world.replace(leafOf(former));
    expect((await world.lab.ask(world.url)).status).toBe(502);
    tunnel.socket.destroy();
  });

  it('is verified by its own authority also where it sends on to', async () => {
    const company = authorityOf();
    const blob = `/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`;
    await using world = await startWorld(leafOf(company));
    await using blobs = await startWorld(leafOf(company, 'blobs.test'));
    const place = blobs.host.replace('reg.test', 'blobs.test');
    const redirecting = createHttpsServer(leafOf(company), (_request, response) => {
      response.writeHead(307, { location: `https://${place}/data` }).end();
    }).listen(0, '127.0.0.1');
    await once(redirecting, 'listening');
    const host = `reg.test:${(redirecting.address() as AddressInfo).port}`;
    const own = { id: 'own', registry: host, allow: ['pull' as const], repositories: ['acme/**'] };
    world.lab.publish({ registries: [own], urls: { default: 'allow', allow: [], deny: [] } });
    world.lab.trust(host);
    writeFileSync(join(world.lab.trustDir, host, 'upstream-ca.pem'), company.certificate);
    expect((await world.lab.ask(`https://${host}${blob}`)).phrase).toBe('OK');
    expect(blobs.heard).toEqual(['GET /data']);
    redirecting.closeAllConnections();
    redirecting.close();
  });
});

describe("a certificate of the machine's own", () => {
  const publicPair = (lab: { publicCa: TestAuthority }): Pair => lab.publicCa.issue('reg.test');

  it('that is replaced is shown to the next tunnel, and open ones go on', async () => {
    await using world = await startWorld(await anyPair());
    world.replace(publicPair(world.lab));
    const tunnel = await keepTunnel(world);
    expect(await tunnel.ask()).toBe('HTTP/1.1 200 OK');
    const shown = tunnel.socket.getPeerX509Certificate()?.fingerprint256;
    world.lab.trust(world.host);
    const next = await keepTunnel(world);
    expect(await next.ask()).toBe('HTTP/1.1 200 OK');
    expect(next.socket.getPeerX509Certificate()?.fingerprint256).not.toBe(shown);
    expect(await tunnel.ask()).toBe('HTTP/1.1 200 OK');
    const other = createTestAuthority(await makeTemporaryDirectory(), 'another machine').issue('reg.test');
    world.place({ 'key.pem': other.key, 'leaf.pem': other.cert });
    await expect(world.lab.ask(world.url)).rejects.toThrow();
    expect(await tunnel.ask()).toBe('HTTP/1.1 200 OK');
    tunnel.socket.destroy();
    next.socket.destroy();
  });

  it('is not used while only one of its two files is new', async () => {
    await using world = await startWorld(await anyPair());
    world.replace(publicPair(world.lab));
    expect((await world.lab.ask(world.url)).status).toBe(200);
    const { cert, key } = world.lab.machineCa.issue('reg.test');
    world.place({ 'key.pem': key });
    await expect(world.lab.ask(world.url)).rejects.toThrow(/needs inspection/);
    expect(world.lab.logged.join('')).toMatch(/cannot be used.*/);
    world.place({ 'leaf.pem': cert });
    expect((await world.lab.ask(world.url)).status).toBe(200);
  });

  it('that has expired opens nothing, is logged once with what to do, and counts again when the clock is set right', async () => {
    const clock = createFakeClock(Date.now());
    await using world = await startWorld(await anyPair(), { clock });
    world.replace(publicPair(world.lab));
    expect((await world.lab.ask(world.url)).status).toBe(200);
    clock.advance(3 * DAY_MS);
    for (let asked = 0; asked < 2; asked += 1)
      await expect(world.lab.ask(world.url)).rejects.toThrow(/403 .*needs inspection/);
    const lines = world.lab.logged.filter((line) => line.includes('has expired'));
    expect(lines).toEqual([expect.stringContaining('agent install --only trust')]);
    expect(world.heard).toHaveLength(1);
    clock.setWallClock(Date.now());
    expect((await world.lab.ask(world.url)).status).toBe(200);
  });
});

const anyPair = async (): Promise<Pair> =>
  createTestAuthority(await makeTemporaryDirectory(), 'nobody').issue('reg.test');

describe('a registry that asks clients for a certificate', () => {
  const versions = ['TLSv1.2', 'TLSv1.3'] as const;
  type Case = [name: string, files: (lab: Clients) => Record<string, string>, status: number, phrase: RegExp];
  interface Clients {
    readonly known: Pair;
    readonly unknown: Pair;
  }
  const CASES: readonly Case[] = [
    [
      'the right one',
      ({ known }) => ({ 'client.pem': known.cert, 'client-key.pem': known.key }),
      200,
      /^OK$/,
    ],
    ['none', () => ({}), 502, /client certificate.*certs\.d.*agent install --only trust$/],
    [
      'one without its key',
      ({ known }) => ({ 'client.pem': known.cert }),
      502,
      /client certificate.*agent install/,
    ],
    [
      "another authority's",
      ({ unknown }) => ({ 'client.pem': unknown.cert, 'client-key.pem': unknown.key }),
      502,
      /not take this machine's client certificate.*agent install --only trust$/,
    ],
    [
      'one with the key of another',
      ({ known, unknown }) => ({ 'client.pem': known.cert, 'client-key.pem': unknown.key }),
      502,
      /that this machine keeps for .* cannot be used.*agent install --only trust$/,
    ],
    [
      'one whose key is none',
      ({ known }) => ({ 'client.pem': known.cert, 'client-key.pem': 'no key' }),
      502,
      /cannot be used.*agent install/,
    ],
  ];

  async function startMutual(version: (typeof versions)[number]): Promise<World & Clients> {
    const dir = await makeTemporaryDirectory();
    const clients = createTestAuthority(join(dir, 'clients'), 'clients');
    const others = createTestAuthority(join(dir, 'others'), 'others');
    const world = await startWorld({
      ...leafOf(COMPANY),
      requestCert: true,
      rejectUnauthorized: true,
      ca: clients.pem,
      minVersion: version,
      maxVersion: version,
    });
    world.place({ 'upstream-ca.pem': COMPANY.certificate });
    return Object.assign(world, { known: clients.issue('engine'), unknown: others.issue('engine') });
  }
  const COMPANY = authorityOf();

  it.each(versions.flatMap((version) => CASES.map((row) => [version, ...row] as const)))(
    'over %s, and %s',
    async (version, _, files, status, phrase) => {
      await using world = await startMutual(version);
      world.place(files(world));
      const answer = await world.lab.ask(world.url);
      expect([answer.status, answer.phrase]).toEqual([status, expect.stringMatching(phrase)]);
      expect(world.heard).toHaveLength(status === 200 ? 1 : 0);
      if (status !== 200) expect(world.lab.logged.join('')).toContain(answer.phrase);
      const push = { method: 'POST', body: Buffer.alloc(100_000), headers: { 'content-length': '100000' } };
      const upload = await world.lab.ask(`https://${world.host}/v2/acme/app/blobs/uploads/`, push);
      // The alert may be lost behind what was sent already: that it failed is all that is certain.
      expect(upload.status).toBe(status);
      expect(world.heard).toHaveLength(status === 200 ? 2 : 0);
      await untilNoTunnel(world.lab);
    },
  );

  it('gets one that was put there meanwhile, in a tunnel that is open', async () => {
    await using world = await startMutual('TLSv1.3');
    const tunnel = await keepTunnel(world);
    expect(await tunnel.ask()).toMatch(/^HTTP\/1\.1 502 .*wants a client certificate/);
    world.place({ 'client.pem': world.known.cert, 'client-key.pem': world.unknown.key });
    expect(await tunnel.ask()).toMatch(/^HTTP\/1\.1 502 .*cannot be used/);
    world.place({ 'client-key.pem': world.known.key });
    expect(await tunnel.ask()).toBe('HTTP/1.1 200 OK');
    tunnel.socket.destroy();
  });

  it.skipIf(process.getuid?.() !== 0)(
    'gets nothing while the agent may not read the key (skipped unless root, which can become somebody else)',
    async () => {
      await using world = await startMutual('TLSv1.3');
      world.place({ 'client.pem': world.known.cert, 'client-key.pem': world.known.key });
      chmodSync(join(world.lab.trustDir, '..'), 0o755);
      chmodSync(join(world.lab.trustDir, world.host, 'client-key.pem'), 0o600);
      const asNobody = async (ask: () => Promise<unknown>): Promise<void> => {
        process.seteuid?.(65_534);
        try {
          await ask();
        } finally {
          process.seteuid?.(0);
        }
      };
      await asNobody(() => expect(world.lab.ask(world.url)).rejects.toThrow(/403 .*needs inspection/));
      expect(world.lab.logged.join('')).toMatch(/EACCES.*agent install --only trust.*cannot be used/);
      mkdirSync(join(world.lab.trustDir, world.host, 'x'));
      chmodSync(join(world.lab.trustDir, world.host), 0o700);
      await asNobody(() => expect(world.lab.ask(world.url)).rejects.toThrow(/403 .*needs inspection/));
      chmodSync(join(world.lab.trustDir, world.host), 0o755);
      rmSync(join(world.lab.trustDir, world.host, 'client-key.pem'));
      world.place({ 'client-key.pem': world.known.key });
      expect((await world.lab.ask(world.url)).status).toBe(200);
    },
  );
});
