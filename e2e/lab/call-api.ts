/**
 * One call of the control plane's HTTP API, with the token that `pullgate up` left on the machine or one that is given ('' for none).
 * usage: call-api.ts METHOD URL [JSON [TOKEN]]; prints `{ status, body }`.
 */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const [method = 'GET', url = '', body, token] = process.argv.slice(2);
const response = await fetch(url, {
  method,
  headers: {
    ...(token === '' ? { origin: new URL(url).origin } : { authorization: `Bearer ${token ?? ownToken()}` }),
    ...(body === undefined || body === '' ? {} : { 'content-type': toType(url) }),
  },
  ...(body === undefined || body === '' ? {} : { body }),
});
const text = await response.text();
console.log(JSON.stringify({ status: response.status, body: text === '' ? null : JSON.parse(text) }));

function toType(address: string): string {
  return new URL(address).pathname.startsWith('/scim/') ? 'application/scim+json' : 'application/json';
}

function ownToken(): string {
  const file = join(homedir(), '.config', 'pullgate', 'credentials.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { entries: { token: string }[] }).entries[0]?.token ?? '';
}
