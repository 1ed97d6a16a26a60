import { createHash, randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { RegistryEntry } from '@pullgate/policy';
import { describe, expect, it } from 'vitest';
import { type GatewayLab, startGatewayLab, startTestRegistry } from './gateway-harness.ts';

const entry = (registry: string, rest: Partial<RegistryEntry>): RegistryEntry => ({
  id: 'own',
  registry,
  allow: ['pull'],
  ...rest,
});

/** An inspected registry under a policy with these entries. */
async function setUp(rest: Partial<RegistryEntry>, serve: RequestListener) {
  const lab = await startGatewayLab();
  const registry = await startTestRegistry(lab, 'reg.test', serve);
  lab.publish({ registries: [entry(registry.host, rest)] });
  lab.trust(registry.host);
  return {
    lab,
    registry,
    url: `https://${registry.host}`,
    async [Symbol.asyncDispose]() {
      await lab[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

const reasons = (lab: GatewayLab) => lab.records.map(({ decision }) => decision.reason);

describe('the gateway', () => {
  it('passes what is allowed unchanged, and denies the rest with the sentence in body and phrase', async () => {
    const body = randomBytes(300_000);
    await using world = await setUp({ repositories: ['acme/**'] }, (_request, response) => {
      response.writeHead(200, 'Here you are', {
        'Docker-Content-Digest': 'sha256:x',
        'X-Odd': ['1', '2'],
        'Content-Length': body.length,
      });
      response.end(body);
    });
    const { lab, url } = world;
    const answer = await lab.ask(`${url}/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`);
    expect(answer).toMatchObject({ status: 200, phrase: 'Here you are' });
    expect(answer.body.equals(body)).toBe(true);
    expect(answer.rawHeaders).toEqual(expect.arrayContaining(['X-Odd', '1', 'X-Odd', '2']));
    const sentence =
      /^acme does not allow pull of reg\.test:\d+\/other\/app:1 \(rule own does not list this repository, r3\)\. Ask in #platform$/;
    const denied = await lab.ask(`${url}/v2/other/app/manifests/1`);
    expect(denied.status).toBe(403);
    expect(denied.phrase).toMatch(sentence);
    const { errors } = JSON.parse(denied.body.toString());
    expect(errors).toEqual([
      {
        code: 'UNSUPPORTED',
        message: expect.stringMatching(sentence),
        detail: { reason: 'REPOSITORY_NOT_ALLOWED', ruleId: 'own', revision: 3 },
      },
    ]);
    const push = await lab.ask(`${url}/v2/acme/app/blobs/uploads/`, { method: 'POST', body: '' });
    expect(JSON.parse(push.body.toString()).errors[0]).toMatchObject({
      code: 'DENIED',
      detail: { reason: 'ACTION_NOT_ALLOWED' },
    });
    expect(world.registry.requests).toHaveLength(1);
    expect(reasons(lab)).toEqual(['RULE_ALLOWED', 'REPOSITORY_NOT_ALLOWED', 'ACTION_NOT_ALLOWED']);
    expect(lab.records[1]).toMatchObject({
      point: 'gateway',
      depth: 'full',
      repository: 'other/app',
      tag: '1',
      action: 'pull',
    });
  });

  it('answers a denied look at a blob with its absence, so that a push goes on to where the sentence is read', async () => {
    await using world = await setUp({ repositories: ['acme/**'] }, (_request, response) =>
      response.writeHead(200).end(),
    );
    const { lab, url } = world;
    const blob = `/blobs/sha256:${'a'.repeat(64)}`;
    const status = async (method: string, path: string) =>
      (await lab.ask(`${url}/v2/${path}`, { method })).status;
    expect([
      await status('HEAD', `other/app${blob}`),
      await status('GET', `other/app${blob}`),
      await status('HEAD', 'other/app/manifests/1'),
      await status('HEAD', `acme/app${blob}`),
    ]).toEqual([404, 403, 403, 200]);
    expect(world.registry.requests).toHaveLength(1);
    expect(reasons(lab).filter((reason) => reason === 'REPOSITORY_NOT_ALLOWED')).toHaveLength(3);
  });

  it('streams uploads of both framings, asks for the body when the registry does, and keeps opaque places', async () => {
    const upload = randomBytes(2_000_000);
    const got: string[] = [];
    await using world = await setUp({ allow: ['push'] }, (request, response) => {
      if (request.method === 'POST') {
        response.writeHead(202, { Location: '/opaque/upload/1?state=x' });
        response.end();
        return;
      }
      const hash = createHash('sha256');
      request.on('data', (chunk) => hash.update(chunk));
      request.on('end', () => {
        got.push(`${request.method} ${request.url} ${hash.digest('hex')}`);
        response.writeHead(201, { 'Content-Length': '0' }).end();
      });
    });
    const { lab, url } = world;
    const start = await lab.ask(`${url}/v2/acme/app/blobs/uploads/`, { method: 'POST', body: '' });
    expect(start.headers.location).toBe('/opaque/upload/1?state=x');
    const sum = createHash('sha256').update(upload).digest('hex');
    const sized = { 'content-length': String(upload.length), expect: '100-continue' };
    await lab.ask(`${url}/opaque/upload/1?state=x`, { method: 'PATCH', body: upload, headers: sized });
    await lab.ask(`${url}/opaque/upload/1?state=x&digest=y`, { method: 'PUT', body: upload });
    expect(got).toEqual([
      `PATCH /opaque/upload/1?state=x ${sum}`,
      `PUT /opaque/upload/1?state=x&digest=y ${sum}`,
    ]);
    const stranger = await lab.ask(`${url}/opaque/upload/2`, { method: 'PUT', body: 'x' });
    expect(stranger.status).toBe(400);
    expect(reasons(lab)).toEqual(['RULE_ALLOWED', 'REQUEST_INVALID']);
  });

  it('follows redirects itself, over other hosts, and reports them', async () => {
    const body = randomBytes(100_000);
    await using world = await setUp({ repositories: ['acme/**'] }, (request, response) => {
      const where = request.url?.includes('bbb')
        ? 'https://inside.metadata/x'
        : `https://cdn.test:${cdn.port}/blob?sig=a%2Fb`;
      response.writeHead(307, { Location: where }).end();
    });
    const { lab, url } = world;
    await using cdn = await startTestRegistry(lab, 'cdn.test', (request, response) => {
      expect(request.headers.authorization).toBeUndefined();
      response.setHeader('Content-Length', body.length).end(request.method === 'HEAD' ? undefined : body);
    });
    const headers = { authorization: 'Bearer secret', range: 'bytes=0-' };
    const answer = await lab.ask(`${url}/v2/acme/app/blobs/sha256:${'a'.repeat(64)}`, { headers });
    expect([answer.status, answer.body.equals(body)]).toEqual([200, true]);
    expect(cdn.requests.map((request) => [request.url, request.headers.range])).toEqual([
      ['/blob?sig=a%2Fb', 'bytes=0-'],
    ]);
    const metadata = await lab.ask(`${url}/v2/acme/app/blobs/sha256:${'b'.repeat(64)}`, { headers });
    expect([metadata.status, metadata.phrase]).toEqual([
      403,
      expect.stringContaining('inside.metadata (its address is local'),
    ]);
    expect(lab.seen).toEqual([
      `${world.registry.host} blob cdn.test:${cdn.port}`,
      `${world.registry.host} blob inside.metadata`,
    ]);
  });

  it('lets a digest pass once an allowed tag led to it', async () => {
    const child = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [] }));
    const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [{ digest: digestOf(child) }] }));
    const byReference = new Map([
      ['1', index],
      ['9', child],
      [digestOf(index), index],
      [digestOf(child), child],
    ]);
    await using world = await setUp({ tags: ['1'] }, (request, response) => {
      const bytes = byReference.get(request.url?.split('/').at(-1) ?? '') ?? Buffer.alloc(0);
      response.end(bytes);
    });
    const get = async (reference: string) =>
      (await world.lab.ask(`${world.url}/v2/acme/app/manifests/${reference}`)).status;
    const statuses = [];
    for (const reference of [digestOf(index), '9', '1', digestOf(index), digestOf(child)])
      statuses.push(await get(reference));
    expect(statuses).toEqual([403, 403, 200, 200, 200]);
    expect((await world.lab.ask(`${world.url}/v2/acme/app/blobs/${digestOf(child)}`)).status).toBe(200);
  });

  it('lets a digest be read once it was pushed under an allowed tag', async () => {
    const manifest = Buffer.from('{"schemaVersion":2}');
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    await using world = await setUp({ allow: ['pull', 'push'], tags: ['1'] }, (request, response) => {
      request.resume();
      response.writeHead(request.method === 'PUT' ? 201 : 200, { 'Docker-Content-Digest': digest });
      response.end(request.method === 'PUT' ? undefined : manifest);
    });
    const ask = async (method: string, reference: string) => {
      const body = method === 'PUT' ? manifest : '';
      return (await world.lab.ask(`${world.url}/v2/acme/app/manifests/${reference}`, { method, body }))
        .status;
    };
    const statuses = [];
    for (const [method, reference] of [
      ['PUT', digest],
      ['GET', digest],
      ['PUT', '2'],
      ['GET', digest],
      ['PUT', '1'],
      ['GET', digest],
    ] as const)
      statuses.push(await ask(method, reference));
    expect(statuses).toEqual([201, 403, 403, 403, 201, 200]);
  });

  it('denies a manifest by its digest under whatever tag, and not the look at the tag that a push begins with', async () => {
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [] }));
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    await using world = await setUp({}, (request, response) => {
      const isOther = request.url?.endsWith('/2');
      // What a registry says of the digest does not count.
      response.writeHead(200, { 'Docker-Content-Digest': `sha256:${'0'.repeat(64)}` });
      response.end(isOther ? '{}' : manifest);
    });
    const { lab, url, registry } = world;
    const own = entry(registry.host, { allow: ['pull', 'push'] });
    lab.publish({
      registries: [own],
      deny: [{ id: 'recalled', registry: registry.host, digests: [digest] }],
    });
    const ask = (method: string, reference: string) =>
      lab.ask(`${url}/v2/acme/app/manifests/${reference}`, {
        method,
        headers: { 'accept-encoding': 'gzip' },
      });
    const denied = await ask('GET', '1');
    expect(denied.phrase).toMatch(/pull of reg\.test:\d+\/acme\/app:1 \(denied by rule recalled, r3\)/);
    expect([
      denied.status,
      (await ask('GET', digest)).status,
      (await ask('GET', '2')).status,
      (await ask('HEAD', '1')).status,
    ]).toEqual([403, 403, 200, 200]);
    expect(registry.requests[0]?.headers['accept-encoding']).toBeUndefined();
    lab.publish({
      mode: { default: 'observe', teams: {} },
      registries: [own],
      deny: [{ id: 'recalled', registry: registry.host, digests: [digest] }],
    });
    const observed = await ask('GET', '1');
    expect([observed.status, observed.body.equals(manifest)]).toEqual([200, true]);
    expect(lab.records.at(-1)).toMatchObject({
      tag: '1',
      decision: { verdict: 'deny', effect: 'forward', reason: 'DENIED_BY_RULE' },
    });
  });

  it.each<[string, number, Record<string, string>]>([
    ['as a part', 206, { range: 'bytes=0-' }],
    ['as somebody else tells it', 203, {}],
    ['as one of several choices', 300, {}],
    ['under another digest', 200, {}],
  ])('denies a manifest by its digest, answered %s', async (how, status, headers) => {
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [] }));
    const digestBy = (algorithm: string) =>
      `${algorithm}:${createHash(algorithm).update(manifest).digest('hex')}`;
    await using world = await setUp(
      {},
      (_request, response) => void response.writeHead(status).end(manifest),
    );
    const { lab, url, registry } = world;
    lab.publish({
      registries: [entry(registry.host, { allow: ['pull'] })],
      deny: [{ id: 'recalled', registry: registry.host, digests: [digestBy('sha256')] }],
    });
    const reference = how === 'under another digest' ? digestBy('sha512') : '1';
    const answer = await lab.ask(`${url}/v2/acme/app/manifests/${reference}`, { headers });
    expect(answer.status).toBe(403);
    expect(registry.requests[0]?.headers.range).toBeUndefined();
  });

  it('ends what is no manifest to hold: too large, compressed, cut', async () => {
    await using world = await setUp({ repositories: ['acme/**'] }, (request, response) => {
      if (request.url?.endsWith('/large')) response.end(Buffer.alloc(5 << 20));
      else if (request.url?.endsWith('/packed'))
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x');
      else response.writeHead(200, { 'Content-Length': 100 }).write('x', () => response.destroy());
    });
    for (const [tag, what] of [
      ['large', 'is larger than 4 MiB'],
      ['packed', 'is compressed'],
      ['cut', 'was cut'],
    ]) {
      const answer = await world.lab.ask(`${world.url}/v2/acme/app/manifests/${tag}`);
      expect([answer.status, answer.phrase]).toEqual([502, expect.stringContaining(what ?? '')]);
    }
  });

  it('leaves registries alone whose rules need no more than the host, and those it has no certificate for', async () => {
    await using lab = await startGatewayLab();
    await using registry = await startTestRegistry(
      lab,
      'wide.test',
      (_request, response) => void response.end('x'),
    );
    lab.trust(registry.host);
    lab.publish({
      registries: [entry(registry.host, { allow: ['pull', 'push'] }), entry('deep.test', { id: 'deep' })],
    });
    await expect(lab.ask(`https://${registry.host}/v2/`)).rejects.toThrow(
      /unable to verify|signed certificate/,
    );
    await expect(lab.ask('https://deep.test/v2/')).rejects.toThrow(/needs inspection, which is off here/);
    expect(lab.records.map(({ point, decision }) => [point, decision.reason])).toEqual([
      ['proxy', 'RULE_ALLOWED'],
      ['proxy', 'DEPTH_UNAVAILABLE'],
    ]);
  });
});
