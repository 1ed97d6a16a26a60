/**
 * A token server in the sense of distribution's token specification: checks the account, grants what it may have of the
 * scopes asked for, and signs the answer. Runs as a program of its own inside the laboratory.
 * usage: token-server.ts ADDRESS CERTIFICATE KEY ISSUER SERVICE NAME:PASSWORD [PORT]
 */

import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { SignJWT } from 'jose';

const [address, certificatePath, keyPath, issuer = '', service = '', account = '', port = '443'] =
  process.argv.slice(2);
const certificate = readFileSync(certificatePath ?? '');
const key = readFileSync(keyPath ?? '');
const signingKey = createPrivateKey(key);
const chain = [new X509Certificate(certificate).raw.toString('base64')];

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/**
 * scope = type ":" name ":" action *("," action). A name may hold a colon (a port), so the ends are split off first.
 */
function parseScope(scope: string): Access | undefined {
  const match = /^([a-z]+):(.+):([a-z*,]*)$/.exec(scope);
  if (match === null) return undefined;
  const [, type = '', name = '', actions = ''] = match;
  return { type, name, actions: actions.split(',').filter((action) => action !== '') };
}

/** The account may do everything in every repository; nobody may list the catalog; strangers may pull what is below `public/`. */
function grant(scopes: readonly string[], isKnown: boolean): readonly Access[] {
  return scopes
    .flatMap((scope) => scope.split(' '))
    .map(parseScope)
    .filter((access): access is Access => access?.type === 'repository')
    .map(({ type, name, actions }) => ({
      type,
      name,
      actions: actions.filter((action) => allowedTo(isKnown, name).includes(action)),
    }));
}

const allowedTo = (isKnown: boolean, name: string): readonly string[] => {
  if (isKnown) return ['pull', 'push', 'delete'];
  return name.startsWith('public/') ? ['pull'] : [];
};

async function sign(subject: string, access: readonly Access[]): Promise<string> {
  return new SignJWT({ access })
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256', x5c: chain })
    .setIssuer(issuer)
    .setAudience(service)
    .setSubject(subject)
    .setIssuedAt()
    .setNotBefore('-10s')
    .setExpirationTime('5m')
    .setJti(randomUUID())
    .sign(signingKey);
}

interface Asked {
  readonly credentials: string | undefined;
  readonly scopes: readonly string[];
}

/** Both ways of asking: GET with a Basic header, and the OAuth2 POST that some engines try first. */
async function readRequest(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'https://lab.invalid');
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const fromHeader = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString();
  if (request.method !== 'POST') return { credentials: fromHeader, scopes: url.searchParams.getAll('scope') };
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const fromForm = `${form.get('username')}:${form.get('password')}`;
  return { credentials: form.has('username') ? fromForm : fromHeader, scopes: form.getAll('scope') };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { credentials, scopes } = await readRequest(request);
  const isKnown = credentials === account;
  if (credentials !== undefined && !isKnown) {
    const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }];
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }));
    return;
  }
  const token = await sign(isKnown ? (account.split(':')[0] ?? '') : '', grant(scopes, isKnown));
  const body = { token, access_token: token, expires_in: 300, issued_at: new Date().toISOString() };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

createServer({ cert: certificate, key }, (request, response) => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.writeHead(500).end();
  });
}).listen(Number(port), address, () => process.stdout.write('listening\n'));
