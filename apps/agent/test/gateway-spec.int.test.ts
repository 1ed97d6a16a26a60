/** The requests and errors of the OCI distribution specification 1.1, each sent directly and through the gateway: both sides see the same. */

import { createHash } from 'node:crypto';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type AskOptions,
  exchange,
  startGatewayLab,
  startTestRegistry,
} from './gateway-harness.ts';

const BLOB = Buffer.from('the layer, all of it');
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const DIGEST = digestOf(BLOB);
const MANIFEST = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [{ digest: DIGEST }] }));
const MANIFEST_DIGEST = digestOf(MANIFEST);
const REFERRERS = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }));
const UPLOAD = '/v2/acme/app/blobs/uploads/0f3b?_state=a%2Fb%3D';

interface Row {
  readonly end: string;
  readonly method: string;
  readonly url: string;
  readonly sent?: AskOptions;
  readonly status: number;
  readonly phrase?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: Buffer | string;
}

const row = (end: string, method: string, url: string, status: number, rest: Partial<Row> = {}): Row => ({
  end,
  method,
  url,
  status,
  ...rest,
});

const json = (bytes: Buffer) => ({
  'Content-Type': 'application/vnd.oci.image.manifest.v1+json',
  'Content-Length': String(bytes.length),
});

const ROWS: readonly Row[] = [
  row('1', 'GET', '/v2/', 200, {
    headers: { 'Docker-Distribution-Api-Version': 'registry/2.0' },
    body: '{}',
  }),
  row('1, challenge', 'GET', '/v2/', 401, {
    headers: {
      'WWW-Authenticate':
        'Bearer realm="https://auth.acme.example/token",service="reg",scope="repository:acme/app:pull"',
    },
    body: '{"errors":[{"code":"UNAUTHORIZED"}]}',
  }),
  row('2', 'GET', `/v2/acme/app/blobs/${DIGEST}`, 200, {
    headers: { 'Docker-Content-Digest': DIGEST, ETag: '"x"', 'Content-Length': String(BLOB.length) },
    body: BLOB,
  }),
  row('2', 'HEAD', `/v2/acme/app/blobs/${DIGEST}`, 200, {
    headers: { 'Docker-Content-Digest': DIGEST, 'Content-Length': String(BLOB.length) },
  }),
  row('2, range', 'GET', `/v2/acme/app/blobs/${DIGEST}`, 206, {
    sent: { headers: { range: 'bytes=4-8' } },
    headers: { 'Content-Range': `bytes 4-8/${BLOB.length}`, 'Content-Length': '5' },
    body: BLOB.subarray(4, 9),
  }),
  row('2, range', 'GET', `/v2/acme/app/blobs/${DIGEST}`, 416, {
    sent: { headers: { range: 'bytes=99-' } },
    headers: { 'Content-Range': `bytes */${BLOB.length}` },
  }),
  row('2, not modified', 'GET', `/v2/acme/app/blobs/${DIGEST}`, 304, {
    sent: { headers: { 'if-none-match': '"x"' } },
    headers: { ETag: '"x"' },
  }),
  row('3', 'GET', '/v2/acme/app/manifests/1.0', 200, {
    headers: { ...json(MANIFEST), 'Docker-Content-Digest': MANIFEST_DIGEST },
    body: MANIFEST,
  }),
  row('3', 'HEAD', '/v2/acme/app/manifests/1.0', 200, {
    headers: { ...json(MANIFEST), 'Docker-Content-Digest': MANIFEST_DIGEST },
  }),
  row('3', 'GET', `/v2/acme/app/manifests/${MANIFEST_DIGEST}`, 200, {
    headers: json(MANIFEST),
    body: MANIFEST,
  }),
  row('3, warning', 'GET', '/v2/acme/app/manifests/1.0', 200, {
    headers: { ...json(MANIFEST), Warning: ['299 - "old"', '299 - "move"'] },
    body: MANIFEST,
  }),
  row('3, mirror', 'GET', '/v2/acme/app/manifests/1.0?ns=quay.io', 200, {
    headers: { ...json(MANIFEST), 'OCI-Namespace': 'quay.io' },
    body: MANIFEST,
  }),
  row('4a', 'POST', '/v2/acme/app/blobs/uploads/', 202, {
    sent: { body: '' },
    headers: { Location: UPLOAD, 'Docker-Upload-UUID': '0f3b', Range: '0-0', 'OCI-Chunk-Min-Length': '1024' },
  }),
  row('4b', 'POST', `/v2/acme/app/blobs/uploads/?digest=${DIGEST}`, 201, {
    sent: { body: BLOB },
    headers: { Location: `/v2/acme/app/blobs/${DIGEST}` },
  }),
  row('5', 'PATCH', UPLOAD, 202, {
    sent: {
      body: BLOB,
      headers: { 'content-range': `0-${BLOB.length - 1}`, 'content-type': 'application/octet-stream' },
    },
    headers: { Location: UPLOAD, Range: `0-${BLOB.length - 1}` },
  }),
  row('5, out of order', 'PATCH', UPLOAD, 416, {
    sent: { body: BLOB, headers: { 'content-range': '7-9' } },
    headers: { Location: UPLOAD, Range: '0-3' },
  }),
  row('5, expects', 'PATCH', UPLOAD, 202, {
    sent: { body: BLOB, headers: { expect: '100-continue', 'content-length': String(BLOB.length) } },
    headers: { Location: UPLOAD },
  }),
  row('6', 'PUT', `${UPLOAD}&digest=${DIGEST}`, 201, {
    sent: { body: BLOB },
    headers: { Location: `/v2/acme/app/blobs/${DIGEST}` },
  }),
  row('6, closing', 'PUT', `${UPLOAD}&digest=${DIGEST}`, 201, {
    sent: { headers: { 'content-length': '0' } },
  }),
  row('7a', 'PUT', '/v2/acme/app/manifests/1.0', 201, {
    sent: { body: MANIFEST, headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' } },
    headers: { Location: '/v2/acme/app/manifests/1.0', 'OCI-Subject': DIGEST },
  }),
  row('7b', 'PUT', `/v2/acme/app/manifests/${MANIFEST_DIGEST}?tag=1.0&tag=latest`, 201, {
    sent: { body: MANIFEST },
    headers: { 'OCI-Tag': '1.0, latest' },
  }),
  row('8a', 'GET', '/v2/acme/app/tags/list', 200, { body: '{"name":"acme/app","tags":["1.0"]}' }),
  row('8b', 'GET', '/v2/acme/app/tags/list?n=1&last=0.9', 200, {
    headers: { Link: '</v2/acme/app/tags/list?n=1&last=1.0>; rel="next"' },
    body: '{"tags":[]}',
  }),
  row('9', 'DELETE', '/v2/acme/app/manifests/1.0', 202),
  row('9', 'DELETE', `/v2/acme/app/manifests/${MANIFEST_DIGEST}`, 404, {
    body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}',
  }),
  row('10', 'DELETE', `/v2/acme/app/blobs/${DIGEST}`, 202),
  row('11', 'POST', `/v2/acme/app/blobs/uploads/?mount=${DIGEST}&from=acme/base`, 201, {
    sent: { body: '' },
    headers: { Location: `/v2/acme/app/blobs/${DIGEST}` },
  }),
  row('11, fallback', 'POST', `/v2/acme/app/blobs/uploads/?mount=${DIGEST}`, 202, {
    sent: { body: '' },
    headers: { Location: UPLOAD },
  }),
  row('12a', 'GET', `/v2/acme/app/referrers/${DIGEST}`, 200, {
    headers: { 'Content-Type': 'application/vnd.oci.image.index.v1+json' },
    body: REFERRERS,
  }),
  row('12b', 'GET', `/v2/acme/app/referrers/${DIGEST}?artifactType=application%2Fspdx`, 200, {
    headers: { 'OCI-Filters-Applied': 'artifactType' },
    body: REFERRERS,
  }),
  row('13', 'GET', UPLOAD, 204, { headers: { Location: UPLOAD, Range: '0-3' } }),
  row('14', 'DELETE', UPLOAD, 204),
  row('catalog', 'GET', '/v2/_catalog?n=2', 200, {
    headers: { Link: '</v2/_catalog?n=2&last=b>; rel="next"' },
    body: '{"repositories":["a","b"]}',
  }),
  row('too many', 'GET', '/v2/acme/app/manifests/1.0', 429, {
    phrase: 'Slow Down',
    headers: { 'Retry-After': '7', 'X-RateLimit-Limit': '10' },
    body: '{"errors":[{"code":"TOOMANYREQUESTS"}]}',
  }),
  row('down', 'GET', '/v2/acme/app/manifests/1.0', 503, {
    phrase: 'In Maintenance',
    body: '<html>later</html>',
  }),
  ...(
    [
      ['BLOB_UNKNOWN', 404],
      ['BLOB_UPLOAD_INVALID', 400],
      ['BLOB_UPLOAD_UNKNOWN', 404],
      ['DIGEST_INVALID', 400],
      ['MANIFEST_BLOB_UNKNOWN', 404],
      ['MANIFEST_INVALID', 400],
      ['MANIFEST_UNKNOWN', 404],
      ['NAME_INVALID', 400],
      ['NAME_UNKNOWN', 404],
      ['SIZE_INVALID', 400],
      ['UNAUTHORIZED', 401],
      ['DENIED', 403],
      ['UNSUPPORTED', 405],
    ] as const
  ).map(([code, status]) =>
    row(`error ${code}`, 'PUT', '/v2/acme/app/manifests/1.0', status, {
      sent: { body: MANIFEST },
      body: JSON.stringify({ errors: [{ code, message: 'why', detail: { a: 1 } }] }),
    }),
  ),
];

/** Of the connection, not of the message. */
const OF_THE_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

const meaning = (headers: NodeJS.Dict<string | string[]>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_HOP.has(name)));

const shown = ({ status, phrase, headers, body }: Answer) => ({
  status,
  phrase,
  headers: meaning(headers),
  body: body.toString('base64'),
});

describe('an allowed registry through the gateway', () => {
  it('is asked, and answers, as it would directly', async () => {
    await using lab = await startGatewayLab();
    let current: Row | undefined;
    const asked: object[] = [];
    await using registry = await startTestRegistry(lab, 'reg.test', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      asked.push({
        method: request.method,
        url: request.url,
        headers: meaning(request.headers),
        body: Buffer.concat(chunks).toString('base64'),
      });
      const { status = 500, phrase, headers = {}, body } = current ?? {};
      response.writeHead(status, phrase, { ...headers });
      response.end(current?.method === 'HEAD' ? undefined : body);
    });
    // All is allowed, and a denial elsewhere makes it a matter of requests.
    lab.publish({
      registries: [{ id: 'own', registry: registry.host, allow: ['pull', 'push', 'delete', 'catalog'] }],
      deny: [{ id: 'other', registry: registry.host, repositories: ['elsewhere/**'] }],
    });
    lab.trust(registry.host);
    for (const one of ROWS) {
      current = one;
      const { method, url, sent = {} } = one;
      const direct = connect({
        port: registry.port,
        host: '127.0.0.1',
        servername: 'reg.test',
        ca: [lab.publicCa.pem],
      });
      const options = { path: url, method, headers: { host: registry.host, ...sent.headers } };
      const directly = await exchange(direct, options, sent.body);
      const through = await lab.ask(`https://${registry.host}${url}`, { ...sent, method });
      expect([one.end, shown(through)]).toEqual([one.end, shown(directly)]);
      expect(through.status).toBe(one.status);
      const [first, second] = asked.splice(0);
      expect([one.end, second]).toEqual([one.end, first]);
    }
  });
});
