/** Uploads that break off: a registry never sees the half of one as a whole. */

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { startGatewayLab, startTestRegistry } from './gateway-harness.ts';

const HEAD = (host: string, framing: string): string =>
  `PATCH /v2/acme/app/blobs/uploads/1 HTTP/1.1\r\nHost: ${host}\r\n${framing}\r\n\r\n`;

const CHUNKED = 'Transfer-Encoding: chunked';
const BREAKS: readonly (readonly [string, string, string])[] = [
  ['between two chunks', CHUNKED, '5\r\nhello\r\n'],
  ['inside a chunk', CHUNKED, '5\r\nhel'],
  ['inside the size of a chunk', CHUNKED, '5\r\nhello\r\n1'],
  ['before the trailer ends', CHUNKED, '5\r\nhello\r\n0\r\n'],
  ['short of its length', 'Content-Length: 10', 'hello'],
];

const WAYS: Readonly<Record<string, (socket: TLSSocket) => void>> = {
  'in order': (socket) => void socket.end(),
  'at once': (socket) => void socket.destroy(),
};

describe('an upload that breaks off', () => {
  const cases = BREAKS.flatMap(([place, framing, body]) =>
    Object.entries(WAYS).map(([way, end]) => ({ place, way, framing, body, end })),
  );
  it.each(cases)('$place, $way, is no upload at the registry', async ({ framing, body, end }) => {
    await using lab = await startGatewayLab();
    const arrived = Promise.withResolvers<IncomingMessage>();
    let isWhole = false;
    await using registry = await startTestRegistry(lab, 'reg.test', (request) => {
      request.on('data', () => arrived.resolve(request)).on('error', () => undefined);
      request.on('end', () => {
        isWhole = true;
      });
    });
    lab.publish({ registries: [{ id: 'own', registry: registry.host, allow: ['push'] }] });
    lab.trust(registry.host);
    const socket = await lab.connect(registry.host);
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    socket.write(HEAD(registry.host, framing) + body);
    const request = await arrived.promise;
    const closed = new Promise((resolve) => request.once('close', resolve));
    end(socket);
    await closed;
    expect([isWhole, request.complete]).toEqual([false, false]);
  });
});
