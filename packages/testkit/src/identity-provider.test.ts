import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';

const CLIENT = { clientId: 'app', clientSecret: 'app-secret', redirectUris: ['http://127.0.0.1:9/callback'] };
const ADA = { login: 'ada', email: 'ada@acme.example', name: 'Ada', groups: ['Payments'] };
let provider: IdentityProvider;
beforeAll(async () => {
  provider = await startIdentityProvider({ clients: [CLIENT], accounts: [ADA] });
});
afterAll(async () => {
  await provider.close();
});

const VERIFIER = 'v'.repeat(64);
const authorization = (more: Record<string, string> = {}) =>
  `${provider.url}/auth?${new URLSearchParams({
    client_id: 'app',
    response_type: 'code',
    scope: 'openid email profile groups',
    redirect_uri: 'http://127.0.0.1:9/callback',
    state: 's',
    nonce: 'n',
    ...more,
  })}`;
const challenge = {
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};

/** Follows the provider's redirects with a cookie jar, fills in the form, stops at the client's address. */
async function signIn(start: string, login: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10; hops++) {
    const isForm = new URL(url).pathname.startsWith('/login/');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') },
      ...(isForm ? { method: 'POST', body: new URLSearchParams({ login, password: 'any' }) } : {}),
    });
    for (const one of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (one.split(';')[0] ?? '').split('=');
      jar.set(name, value);
    }
    url = new URL(response.headers.get('location') ?? `/no-redirect/${response.status}`, url).href;
    if (!url.startsWith(provider.url) || url.includes('/no-redirect/')) return new URL(url);
  }
  throw new Error('too many redirects');
}

async function exchange(code: string) {
  const response = await fetch(`${provider.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('app:app-secret').toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: VERIFIER,
      redirect_uri: 'http://127.0.0.1:9/callback',
    }),
  });
  const body = (await response.json()) as { id_token?: string; access_token?: string; error?: string };
  const payload = body.id_token?.split('.')[1];
  const claims = payload === undefined ? {} : JSON.parse(Buffer.from(payload, 'base64url').toString());
  return { status: response.status, error: body.error, claims };
}

test('signs a person in, with their claims in the ID token; a code works once', async () => {
  const code = (await signIn(authorization(challenge), 'ada')).searchParams.get('code') ?? '';
  const { claims } = await exchange(code);
  expect(claims).toMatchObject({
    iss: provider.url,
    sub: 'ada',
    nonce: 'n',
    email: 'ada@acme.example',
    email_verified: true,
    groups: ['Payments'],
  });
  expect((await exchange(code)).error).toBe('invalid_grant');
});

test('demands PKCE, and knows nobody but its accounts', async () => {
  expect((await signIn(authorization(), 'ada')).searchParams.get('error')).toBe('invalid_request');
  expect((await signIn(authorization(challenge), 'eve')).pathname).toBe('/no-redirect/401');
});

test('lies when told to', async () => {
  provider.lie('nonce');
  const code = (await signIn(authorization(challenge), 'ada')).searchParams.get('code') ?? '';
  expect((await exchange(code)).claims.nonce).not.toBe('n');
  provider.lie('none');
});

test('goes down, and comes back at the same address', async () => {
  const discovery = `${provider.url}/.well-known/openid-configuration`;
  await provider.down();
  await expect(fetch(discovery)).rejects.toThrow();
  await provider.up();
  expect((await fetch(discovery)).status).toBe(200);
});
