/** Manifests that clients put: judged by their own digest before any of them goes on, by test code and by a real registry. */

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { DenyRule, PolicyDocument } from '@pullgate/policy';
import { describe, expect, it } from 'vitest';
import { startGatewayLab, startTestRegistry } from './gateway-harness.ts';
import { makeTemporaryDirectory } from './temporary.ts';

const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const DENIED = Buffer.from('{"schemaVersion":2,"layers":[]}');
const OTHER = Buffer.from('{"schemaVersion":2,"layers":[ ]}');
const TYPE = 'application/vnd.oci.image.manifest.v1+json';

const toPolicy = (registry: string, digest = sha256(DENIED)): Partial<PolicyDocument> => {
  const recalled: DenyRule = { id: 'recalled', registry, digests: [digest] };
  return { registries: [{ id: 'own', registry, allow: ['pull', 'push'] }], deny: [recalled] };
};

/** A registry that keeps what it gets, under a policy with a denial by digest. */
async function setUp(uploads?: string) {
  const lab = await startGatewayLab();
  const got: { url: string; body: string; length: string | undefined }[] = [];
  const registry = await startTestRegistry(lab, 'reg.test', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      got.push({ url: request.url ?? '', body, length: request.headers['content-length'] });
      const isBegin = request.method === 'POST' && uploads !== undefined;
      if (isBegin) response.setHeader('Location', uploads);
      response
        .writeHead(isBegin ? 202 : request.method === 'PUT' ? 201 : 200)
        .end(request.method === 'GET' ? OTHER : '');
    });
  });
  lab.publish(toPolicy(registry.host));
  lab.trust(registry.host);
  const url = `https://${registry.host}/v2/acme/app/manifests`;
  const put = (reference: string, body: Buffer, headers: Record<string, string> = {}) =>
    lab.ask(`${url}/${reference}`, { method: 'PUT', body, headers: { 'content-type': TYPE, ...headers } });
  return {
    lab,
    registry,
    got,
    url,
    put,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

describe('a blob that is put', () => {
  const upload = (query: string) => ({ path: `blobs/uploads/${query}`, body: DENIED });
  it.each([
    ['at the end of its upload', 'PUT', `8d2c?_state=x&digest=${sha256(DENIED)}`],
    ['by a reading of older servers', 'PUT', `8d2c?_state=x;digest=${sha256(DENIED)}`],
    ['in one request', 'POST', `?digest=${sha256(DENIED)}`],
  ])('is denied by its digest %s, and none of it goes on', async (_how, method, query) => {
    await using world = await setUp();
    const { path, body } = upload(query);
    const answer = await world.lab.ask(`${world.url}/../${path}`, { method, body });
    expect([answer.status, answer.phrase]).toEqual([403, expect.stringContaining('denied by rule recalled')]);
    expect(world.got).toEqual([]);
  });

  it.each([
    ['PUT', `8d2c?_state=x&digest=${sha256(OTHER)}`],
    ['POST', `?digest=${sha256(OTHER)}`],
    ['PATCH', '8d2c?_state=x'],
  ])('goes on by %s when no denial names it', async (method, query) => {
    await using world = await setUp();
    const { path, body } = upload(query);
    expect((await world.lab.ask(`${world.url}/../${path}`, { method, body })).status).toBeLessThan(300);
    expect(world.got).toHaveLength(1);
  });

  it('is denied by its digest also where the registry has its uploads at a place of its own', async () => {
    await using world = await setUp('/v2/acme/app/own-place/8d2c?_state=x');
    const { path } = upload('');
    const begun = await world.lab.ask(`${world.url}/../${path}`, { method: 'POST', body: '' });
    const next = new URL(begun.headers.location ?? '', `https://${world.registry.host}`);
    const end = (digest: string) =>
      world.lab.ask(`${next.href}&digest=${digest}`, { method: 'PUT', body: DENIED });
    expect((await end(sha256(DENIED))).status).toBe(403);
    expect((await end(`${sha256(OTHER)}&digest=${sha256(DENIED)}`)).status).toBe(400);
    expect((await end(sha256(OTHER))).status).toBe(201);
  });

  it('is refused where servers could read its digest in two ways', async () => {
    await using world = await setUp();
    const { path, body } = upload(`8d2c?digest=${sha256(OTHER)}&digest=${sha256(DENIED)}`);
    expect((await world.lab.ask(`${world.url}/../${path}`, { method: 'PUT', body })).status).toBe(400);
    expect(world.got).toEqual([]);
  });
});

describe('a manifest that is put', () => {
  it.each([
    ['under a tag', '1'],
    ['under its digest', sha256(DENIED)],
    ['under another digest than its own', sha256(OTHER)],
    ['under its digest and tags', `${sha256(DENIED)}?tag=1&tag=2`],
  ])('is denied by its own digest %s, and none of it goes on', async (_how, reference) => {
    await using world = await setUp();
    const { status, phrase, body } = await world.put(reference, DENIED);
    expect(status).toBe(403);
    expect(phrase).toMatch(/push to reg\.test:\d+\/acme\/app(:1)? \(denied by rule recalled, r3\)/);
    expect(JSON.parse(body.toString()).errors[0]).toMatchObject({
      code: 'DENIED',
      detail: { reason: 'DENIED_BY_RULE', ruleId: 'recalled' },
    });
    expect(world.got).toEqual([]);
    expect(world.lab.records.map(({ decision, action }) => [decision.reason, action])).toEqual([
      ['DENIED_BY_RULE', 'push'],
    ]);
  });

  it.each([
    ['sized', { 'content-length': String(OTHER.length) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
    ['when asked for', { 'content-length': String(OTHER.length), expect: '100-continue' }],
  ])('goes on whole and with its length when no denial names it: sent %s', async (_how, headers) => {
    await using world = await setUp();
    expect((await world.put('1', OTHER, headers)).status).toBe(201);
    expect(world.got).toEqual([
      { url: '/v2/acme/app/manifests/1', body: OTHER.toString(), length: String(OTHER.length) },
    ]);
    expect(world.lab.records.map(({ decision }) => decision.reason)).toEqual(['RULE_ALLOWED']);
  });

  it('goes on in mode observe, recorded as the push that would be denied', async () => {
    await using world = await setUp();
    const policy = toPolicy(world.registry.host);
    world.lab.publish({ ...policy, mode: { default: 'observe', teams: {} } });
    expect((await world.put('1', DENIED)).status).toBe(201);
    expect(world.got).toHaveLength(1);
    expect(world.lab.records).toMatchObject([
      { tag: '1', action: 'push', decision: { effect: 'forward', reason: 'DENIED_BY_RULE' } },
    ]);
  });

  it.each([
    [413, 'is larger than 4 MiB', Buffer.alloc((4 << 20) + 1), {}],
    [413, 'is larger than 4 MiB', Buffer.alloc((4 << 20) + 1), { 'transfer-encoding': 'chunked' }],
    [415, 'is compressed', DENIED, { 'content-encoding': 'gzip' }],
  ])('is answered with %s when it %s', async (expected, words, body, headers) => {
    await using world = await setUp();
    const { status, phrase } = await world.put('1', body, headers);
    expect([status, phrase]).toEqual([expected, expect.stringContaining(words)]);
    expect(world.got).toEqual([]);
  });

  it('is judged by the policy that is in force when all of it is there, and again while the registry takes its time', async () => {
    await using world = await setUp();
    const { host } = world.registry;
    const socket = await world.lab.connect(host);
    const head = `PUT /v2/acme/app/manifests/1 HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${OTHER.length}\r\n\r\n`;
    socket.write(head + OTHER.subarray(0, 5).toString());
    await expect.poll(() => socket.bytesWritten).toBeGreaterThan(head.length);
    world.lab.publish(toPolicy(host, sha256(OTHER)));
    socket.write(OTHER.subarray(5));
    const [answer] = await new Promise<Buffer[]>((resolve) => socket.once('data', (data) => resolve([data])));
    expect(answer?.toString()).toMatch(/^HTTP\/1\.1 403 .*denied by rule recalled/);
    socket.destroy();

    await using slow = await startTestRegistry(world.lab, 'slow.test', () => undefined);
    world.lab.publish(toPolicy(slow.host));
    world.lab.trust(slow.host);
    const asked = world.lab.ask(`https://${slow.host}/v2/acme/app/manifests/1`, {
      method: 'PUT',
      body: OTHER,
    });
    const cut = expect(asked).rejects.toThrow();
    await expect.poll(() => slow.requests.length).toBe(1);
    world.lab.publish(toPolicy(slow.host, sha256(OTHER)));
    await cut;
  });
});

const run = promisify(execFile);
const missing = ['/usr/bin/docker-registry', '/usr/bin/skopeo'].filter((program) => !existsSync(program));
const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} not installed)` : '';

describe.skipIf(missing.length > 0)(`a push of skopeo to distribution's registry${why}`, () => {
  it('stops at the manifest that a denial names, whatever its tag, and prints the sentence', async () => {
    await using lab = await startGatewayLab();
    const dir = await makeTemporaryDirectory();
    await using registry = await startDistribution(dir, lab.publicCa.issue('reg.test'));
    const { host } = registry;
    lab.trust(host);
    const [recalled, fine] = [writeImage(join(dir, 'recalled'), 'a'), writeImage(join(dir, 'fine'), 'b')];
    lab.publish(toPolicy(host, recalled));
    const copy = (image: string, tag: string) =>
      run(
        'skopeo',
        ['copy', '--insecure-policy', `dir:${join(dir, image)}`, `docker://${host}/acme/app:${tag}`],
        {
          env: {
            PATH: process.env.PATH,
            HTTPS_PROXY: `http://127.0.0.1:${lab.proxyPort}`,
            SSL_CERT_FILE: join(lab.machineCa.dir, 'ca.crt'),
          },
        },
      );
    const stopped = await copy('recalled', '7').catch((error: { stderr: string }) => error);
    expect(stopped.stderr).toMatch(/acme does not allow push to reg\.test:\d+\/acme\/app:7 \(denied by rule/);
    await copy('fine', '8');
    const look = { method: 'HEAD', headers: { accept: TYPE } };
    const status = async (reference: string) =>
      (await lab.ask(`https://${host}/v2/acme/app/manifests/${reference}`, look)).status;
    lab.publish({ registries: [{ id: 'own', registry: host, allow: ['pull'] }] });
    expect([await status('7'), await status(recalled), await status('8'), await status(fine)]).toEqual([
      404, 404, 200, 200,
    ]);
  }, 60_000);
});

/** An image of one layer, in skopeo's own form. Gives the digest of its manifest. */
function writeImage(dir: string, content: string): string {
  mkdirSync(dir, { recursive: true });
  const keep = (mediaType: string, bytes: Buffer) => {
    const digest = sha256(bytes);
    writeFileSync(join(dir, digest.slice('sha256:'.length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const tar = Buffer.alloc(1024, content);
  // Packed already, or skopeo would pack it, and put another manifest.
  const layer = keep('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar));
  const rootfs = { type: 'layers', diff_ids: [sha256(tar)] };
  const image = { architecture: 'amd64', os: 'linux', config: {}, rootfs };
  const config = keep('application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify(image)));
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: TYPE, config, layers: [layer] }),
  );
  writeFileSync(join(dir, 'manifest.json'), manifest);
  writeFileSync(join(dir, 'version'), 'Directory Transport Version: 1.1\n');
  return sha256(manifest);
}

async function startDistribution(dir: string, tls: { readonly cert: string; readonly key: string }) {
  writeFileSync(join(dir, 'cert.pem'), tls.cert);
  writeFileSync(join(dir, 'key.pem'), tls.key);
  const port = await findFreePort();
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(dir, 'data') } },
    http: {
      addr: `127.0.0.1:${port}`,
      tls: { certificate: join(dir, 'cert.pem'), key: join(dir, 'key.pem') },
    },
  };
  writeFileSync(join(dir, 'config.yml'), JSON.stringify(config));
  const child = spawn('docker-registry', ['serve', join(dir, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => text.includes('listening on') && resolve());
    child.once('exit', () => reject(new Error('the registry ended')));
  });
  return {
    host: `reg.test:${port}`,
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
