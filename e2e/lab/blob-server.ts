/**
 * Where a registry sends its clients for blobs, as storage networks do it: an address is good only with the signature of
 * whoever redirected to it. Serves the data of a registry under one name, or signs and redirects to another name.
 * usage: blob-server.ts ADDRESS CERTIFICATE KEY ROOT           (serves signed requests)
 *        blob-server.ts ADDRESS CERTIFICATE KEY ROOT NEXT      (signs, and redirects to the host NEXT)
 */

import { createHmac } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join, normalize } from 'node:path';

const [address, certificatePath, keyPath, root = '', next] = process.argv.slice(2);
const tls = { cert: readFileSync(certificatePath ?? ''), key: readFileSync(keyPath ?? '') };

/** Not a secret: the laboratory is its whole world. */
const sign = (path: string): string => createHmac('sha256', 'laboratory').update(path).digest('hex');

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'https://lab.invalid');
  process.stdout.write(`${request.method} ${request.headers.host}${url.pathname}\n`);
  if (next !== undefined) {
    const location = `https://${next}${url.pathname}?X-Lab-Expires=600&X-Lab-Signature=${sign(url.pathname)}`;
    response.writeHead(307, { location }).end();
  } else if (url.searchParams.get('X-Lab-Signature') !== sign(url.pathname)) {
    response.writeHead(403).end('signature needed\n');
  } else {
    serve(request, response, join(root, normalize(url.pathname)));
  }
}

function serve(request: IncomingMessage, response: ServerResponse, path: string): void {
  const { size } = statSync(path);
  const [, from = '0', to = String(size - 1)] =
    /^bytes=(\d+)-(\d+)?$/.exec(request.headers.range ?? '') ?? [];
  const range = { start: Number(from), end: Number(to) };
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': range.end - range.start + 1,
  };
  const isPart = request.headers.range !== undefined;
  const part = isPart ? { 'content-range': `bytes ${from}-${to}/${size}` } : {};
  response.writeHead(isPart ? 206 : 200, { ...headers, ...part, 'accept-ranges': 'bytes' });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path, range).pipe(response);
}

createServer(tls, answer).listen(443, address, () => process.stdout.write('listening\n'));
