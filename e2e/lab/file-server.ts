/**
 * A web server that is no registry: serves one small file over TLS, the target of `ADD https://…`.
 * usage: file-server.ts CERTIFICATE KEY ADDRESS…
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [certificatePath, keyPath, ...addresses] = process.argv.slice(2);
const tls = { cert: readFileSync(certificatePath ?? ''), key: readFileSync(keyPath ?? '') };

for (const address of addresses) {
  createServer(tls, (request, response) => {
    process.stdout.write(`${request.method} ${request.headers.host}${request.url}\n`);
    // A fixed date lets engines cache it and keeps transcripts the same.
    const headers = { 'content-type': 'text/plain', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' };
    response.writeHead(200, headers).end('a file from the web\n');
  }).listen(443, address, () => process.stdout.write(`listening on ${address}\n`));
}
