/** `pullgate registry discover` against distribution's registry with token authentication and redirected blobs, and against hostile servers. */

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, issueCertificate } from '../../../e2e/lab/certificates.ts';
import { createInProcess, type InProcess } from './in-process.ts';

let cli: InProcess;
beforeAll(() => {
  cli = createInProcess();
});
afterAll(() => cli.dispose());

const discover = (...words: readonly string[]) => cli.run(['registry', 'discover', ...words]);

async function discoverJson(...words: readonly string[]) {
  const { out, text } = await discover(...words, '--json');
  expect(text).not.toContain('pullgate:');
  return JSON.parse(out[0] ?? '{}');
}

const isMissing = spawnFails('docker-registry') ? 'needs docker-registry, which is not installed' : undefined;

function spawnFails(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
}

describe.skipIf(isMissing !== undefined)("distribution's registry", () => {
  const folder = mkdtempSync(join(tmpdir(), 'pullgate-discover-'));
  const ends: (() => Promise<void>)[] = [];
  const account = 'dev:secret';
  let ca: string;
  let [registry, tokens, blobs] = ['', '', ''];

  beforeAll(async () => {
    const authority = createAuthority(join(folder, 'certificates'));
    const certificate = issueCertificate(authority, ['localhost']);
    ca = authority.certificatePath;
    const [registryPort, tokenPort, blobPort] = [await freePort(), await freePort(), await freePort()];
    [registry, tokens, blobs] = [registryPort, tokenPort, blobPort].map((port) => `localhost:${port}`) as [
      string,
      string,
      string,
    ];
    const lab = join(import.meta.dirname, '../../../e2e/lab');
    const tls = [certificate.certificatePath, certificate.keyPath];
    await start(
      process.execPath,
      [join(lab, 'token-server.ts'), '127.0.0.1', ...tls, 'issuer', 'service', account, `${tokenPort}`],
      /listening/,
    );
    // The redirect names the blob host only; nobody has to answer there for its name to be seen.
    const config = toConfig(folder, registry, `https://${tokens}/token`, `https://${blobs}/`, authority, tls);
    writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
    await start('docker-registry', ['serve', join(folder, 'config.yml')], /listening on/);
    await pushImage('public/app');
    await pushImage('private/app');
  }, 60_000);
  afterAll(async () => {
    for (const end of ends) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(command: string, args: readonly string[], ready: RegExp): Promise<void> {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    ends.push(
      () =>
        new Promise((resolve) => {
          child.once('close', () => resolve());
          child.kill('SIGTERM');
        }),
    );
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`${command} ended with ${code}`)));
      for (const stream of [child.stdout, child.stderr])
        createInterface({ input: stream }).on('line', (line) => ready.test(line) && resolve());
    });
  }

  async function pushImage(repository: string): Promise<void> {
    const layer = Buffer.from(`a layer of ${repository}`);
    const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
    for (const blob of [layer, config]) await pushBlob(repository, blob);
    const type = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = {
      ...{ schemaVersion: 2, mediaType: type },
      config: describeBlob('application/vnd.oci.image.config.v1+json', config),
      layers: [describeBlob('application/vnd.oci.image.layer.v1.tar', layer)],
    };
    await call('PUT', `${repository}/manifests/latest`, repository, JSON.stringify(manifest), type);
  }

  async function pushBlob(repository: string, blob: Buffer): Promise<void> {
    const started = await call('POST', `${repository}/blobs/uploads/`, repository);
    const place = new URL(/^location: (.*)$/im.exec(started)?.[1]?.trim() ?? '');
    place.searchParams.set('digest', digestOf(blob));
    await call('PUT', place.href, repository, blob.toString(), 'application/octet-stream');
  }

  /** By curl, which takes the authority; settles with the head of the answer. */
  async function call(
    method: string,
    path: string,
    repository: string,
    body = '',
    type = 'text/plain',
  ): Promise<string> {
    const token = JSON.parse(
      curl([
        `https://${tokens}/token?service=service&scope=repository:${repository}:pull,push`,
        '-u',
        account,
      ]),
    ).token;
    const url = path.startsWith('https:') ? path : `https://${registry}/v2/${path}`;
    const head = [
      '-H',
      `Authorization: Bearer ${token}`,
      '-H',
      `Content-Type: ${type}`,
      '--data-binary',
      body,
    ];
    return curl(['-D', '-', '-o', '/dev/null', '-f', '-X', method, ...head, url]);
  }

  const curl = (args: readonly string[]) =>
    execFileSync('curl', ['-sS', '--noproxy', '*', '--cacert', ca, ...args], { encoding: 'utf8' });

  it('shows token host and blob host, which no catalog knows', async () => {
    const found = await discoverJson(`${registry}/public/app`, '--ca', ca);
    expect(found).toMatchObject({
      registry,
      evidence: 'version-header',
      hosts: [
        { role: 'token', host: tokens, state: 'new' },
        { role: 'blob', host: blobs, state: 'new' },
      ],
      profile: { registry, apiHosts: [], tokenHosts: [tokens], blobHosts: [blobs], broadBlobHosts: [] },
    });
  });

  it('is told to a person in some lines, with what could not be seen', async () => {
    const { code, out, err } = await discover(`${registry}/public/app`, '--ca', ca);
    expect(code).toBe(0);
    expect(out).toEqual([
      expect.stringMatching(
        /^localhost:\d+ {3}a registry, by its version header {3}not in the catalog \d{4}-/,
      ),
      expect.stringMatching(/^ {2}token {3}localhost:\d+ {3}new$/),
      expect.stringMatching(/^ {2}blob {4}localhost:\d+ {3}new$/),
    ]);
    expect(err.join('\n')).toContain('cannot be asked: ECONNREFUSED');
    expect(err.slice(-4)).toEqual([
      '    profiles:',
      `      - registry: "${registry}"`,
      `        tokenHosts: ["${tokens}"]`,
      `        blobHosts: ["${blobs}"]`,
    ]);
  });

  it('stops where nobody without an account gets on', async () => {
    const found = await discoverJson(`${registry}/private/app`, '--ca', ca);
    expect(found.hosts).toEqual([{ role: 'token', host: tokens, state: 'new' }]);
    expect(found.notes).toEqual([expect.stringContaining('is not for anybody to pull')]);
  });

  it('asks no repository when none is named, and trusts nobody without --ca', async () => {
    expect((await discoverJson(registry, '--ca', ca)).hosts).toHaveLength(1);
    const { code, text } = await discover(registry);
    expect([code, text]).toEqual([1, expect.stringContaining('[REGISTRY_UNREACHABLE]')]);
    expect(text).toContain('--ca FILE');
  });
});

function toConfig(
  folder: string,
  registry: string,
  realm: string,
  blobs: string,
  authority: Authority,
  [certificate, key]: readonly string[],
): object {
  mkdirSync(join(folder, 'data'));
  return {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    middleware: { storage: [{ name: 'redirect', options: { baseurl: blobs } }] },
    http: { addr: registry, secret: 'laboratory', tls: { certificate, key } },
    auth: {
      token: { realm, service: 'service', issuer: 'issuer', rootcertbundle: authority.certificatePath },
    },
  };
}

const digestOf = (blob: Buffer): string => `sha256:${createHash('sha256').update(blob).digest('hex')}`;

const describeBlob = (mediaType: string, blob: Buffer) => ({
  mediaType,
  digest: digestOf(blob),
  size: blob.length,
});

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a server on this machine', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  type Answer = (request: IncomingMessage, response: ServerResponse) => void;

  async function serve(answer: Answer): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const DIGEST = `sha256:${'a'.repeat(64)}`;
  /** A registry without authentication, with one layer; `blob` answers for it. */
  const registryWith = (blob: Answer, manifest: object = { layers: [{ digest: DIGEST }] }) =>
    serve((request, response) => {
      response.setHeader('docker-distribution-api-version', 'registry/2.0');
      if (request.url?.includes('/blobs/')) blob(request, response);
      else response.end(request.url === '/v2/' ? '{}' : JSON.stringify(manifest));
    });

  it('that keeps its blobs itself is whole', async () => {
    const host = await registryWith((_, response) => response.end('x'));
    const found = await discoverJson(`${host}/a/b:1`, '--insecure');
    expect(found).toMatchObject({ hosts: [], hasBlob: true, notes: [] });
    const { out } = await discover(`${host}/a/b:1`, '--insecure');
    expect(out[1]).toMatch(/^ {2}blob {3}127\.0\.0\.1:\d+ {3}the registry itself$/);
  });

  it('that leads to another registry, or to what anybody can rent, shows it as such', async () => {
    const elsewhere = await serve((_, response) => response.end('x'));
    const host = await registryWith((_, response) =>
      response.writeHead(307, { location: `http://${elsewhere}/x` }).end(),
    );
    expect((await discoverJson(`${host}/a/b`, '--insecure')).hosts).toEqual([
      { role: 'blob', host: elsewhere, state: 'new' },
    ]);
  });

  it('gets its token nowhere but at itself', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('x');
    });
    const host = await serve((request, response) => {
      const { url = '', headers } = request;
      const realm = `http://${headers.host}/token`;
      if (url.startsWith('/token')) response.end('{"token":"secret"}');
      else if (headers.authorization !== 'Bearer secret')
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
      else if (url.includes('/blobs/')) response.writeHead(307, { location: `http://${elsewhere}/x` }).end();
      else
        response.end(
          JSON.stringify({
            manifests: [{ digest: DIGEST }],
            ...(url.includes(DIGEST) && { layers: [{ digest: DIGEST }] }),
          }),
        );
    });
    expect(await discoverJson(`${host}/a/b`, '--insecure')).toMatchObject({
      hasBlob: true,
      evidence: 'challenge',
    });
    expect(seen).toEqual([undefined]);
  });

  it.each<[string, Answer, string]>([
    ['a web page', (_, response) => response.end('<html>'), 'REGISTRY_NOT_RECOGNIZED'],
    [
      'a redirect to itself',
      (_, response) => response.writeHead(302, { location: '/v2/' }).end(),
      'REDIRECT_REFUSED',
    ],
    [
      'the metadata of a cloud',
      (_, response) => response.writeHead(307, { location: 'http://169.254.169.254/v2/' }).end(),
      'REDIRECT_REFUSED',
    ],
    [
      'the same in another spelling',
      (_, response) => response.writeHead(307, { location: 'http://[::ffff:169.254.169.254]/v2/' }).end(),
      'REDIRECT_REFUSED',
    ],
    [
      'the same as a number',
      (_, response) => response.writeHead(307, { location: 'http://2852039166/v2/' }).end(),
      'REDIRECT_REFUSED',
    ],
    [
      'a password in a redirect',
      (_, response) => response.writeHead(307, { location: 'http://a:b@127.0.0.1/' }).end(),
      'REDIRECT_REFUSED',
    ],
    [
      'a file',
      (_, response) => response.writeHead(307, { location: 'file:///etc/passwd' }).end(),
      'REDIRECT_REFUSED',
    ],
    [
      'a head without end',
      (_, response) => endless(response, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'),
      'REGISTRY_UNREACHABLE',
    ],
    [
      'a body without end',
      (_, response) => endless(response, 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(1024)),
      'REGISTRY_NOT_RECOGNIZED',
    ],
    ['no HTTP', (_, response) => void response.socket?.end('SSH-2.0-x\r\n'), 'REGISTRY_UNREACHABLE'],
  ])('with %s is refused', async (_, answer, code) => {
    const { text } = await discover(await serve(answer), '--insecure');
    expect(text).toContain(`[${code}]`);
    expect(text.length).toBeLessThan(500);
  });

  it.each<[string, Answer, object, string]>([
    [
      'metadata behind a blob',
      (_, response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
      { layers: [{ digest: DIGEST }] },
      'address of this machine or its cloud',
    ],
    [
      'a digest that leads elsewhere',
      (_, response) => response.end(),
      { layers: [{ digest: '../../../x' }] },
      'names no layer',
    ],
    ['a manifest of nothing', (_, response) => response.end(), {}, 'names no layer'],
    [
      'an index of indexes',
      (_, response) => response.end(),
      { manifests: [{ digest: DIGEST }] },
      'names no layer',
    ],
  ])('with %s is told with a note', async (_, answer, manifest, note) => {
    const host = await registryWith(answer, manifest);
    const found = await discoverJson(`${host}/a/b`, '--insecure');
    expect(found.notes).toEqual([expect.stringContaining(note)]);
  });

  it('that never answers is given up', async () => {
    const host = await serve(() => undefined);
    const started = performance.now();
    expect((await discover(host, '--insecure')).text).toContain('no answer in time');
    expect(performance.now() - started).toBeLessThan(30_000);
  }, 40_000);
});

/** Writes on until nobody reads, a little at a time. */
function endless(response: ServerResponse, start: string, piece: string): void {
  const { socket } = response;
  socket?.write(start);
  const timer = setInterval(() => socket?.write(piece.repeat(100)), 1);
  socket?.on('error', () => clearInterval(timer));
  socket?.once('close', () => clearInterval(timer));
}
