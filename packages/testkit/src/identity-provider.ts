/** A real OpenID Connect provider for tests, on the certified `oidc-provider`. It can be switched off and can be told to lie. */

import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type KoaContextWithOIDC, Provider } from 'oidc-provider';

export interface ProviderClient {
  readonly clientId: string;
  /** Absent: a public client. */
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
}

export interface ProviderAccount {
  /** What is typed into the login form; any password will do. */
  readonly login: string;
  /** The `sub` claim; by default the login. */
  readonly subject?: string;
  readonly email: string;
  /** True when left out. */
  readonly emailVerified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
}

/** `nonce`, `issuer`, `audience`: that claim of the ID token is wrong, well signed. `signature`: another key signed it. `unverified`: every e-mail address is. */
export type Lie = 'none' | 'nonce' | 'issuer' | 'audience' | 'signature' | 'unverified';

export interface IdentityProviderOptions {
  readonly clients: readonly ProviderClient[];
  readonly accounts: readonly ProviderAccount[];
  readonly host?: string;
  /** 0, the default: a free one. */
  readonly port?: number;
}

export interface IdentityProvider {
  /** The issuer, without a trailing slash. */
  readonly url: string;
  /** Replaces the client with this id, or adds it; redirect URIs are often known only later. */
  setClient(client: ProviderClient): void;
  /** Replaces the account with this login, or adds it. */
  setAccount(account: ProviderAccount): void;
  lie(about: Lie): void;
  /** Connections are refused until `up`, which listens on the same port again. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Identity provider</title>';

export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const clients = new Map(options.clients.map((client) => [client.clientId, client]));
  const accounts = new Map(options.accounts.map((account) => [account.login, account]));
  const host = options.host ?? '127.0.0.1';
  let about: Lie = 'none';
  let answer: Handler = (_request, response) => response.writeHead(503).end();
  const gate = createGate(host, (request, response) => answer(request, response));
  const port = await gate.listen(options.port ?? 0);
  const url = `http://${host}:${port}`;
  const make = () => {
    answer = createHandler(url, clients, accounts, keys, () => about);
  };
  const keys = createKeys();
  make();
  return {
    url,
    setClient: (client) => {
      clients.set(client.clientId, client);
      make();
    },
    setAccount: (account) => {
      accounts.set(account.login, account);
    },
    lie: (lie) => {
      about = lie;
    },
    down: gate.close,
    up: async () => {
      await gate.listen(port);
    },
    close: gate.close,
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server that can go and come back. */
function createGate(host: string, handler: Handler) {
  let server: Server | undefined;
  return {
    listen: async (port: number): Promise<number> => {
      const made = createServer(handler);
      await new Promise<void>((resolve, reject) => {
        made.once('error', reject);
        made.listen(port, host, resolve);
      });
      server = made;
      return (made.address() as AddressInfo).port;
    },
    close: async (): Promise<void> => {
      const open = server;
      server = undefined;
      if (open === undefined) return;
      await new Promise<void>((resolve) => {
        open.close(() => resolve());
        open.closeAllConnections();
      });
    },
  };
}

interface Keys {
  readonly own: KeyObject;
  readonly foreign: KeyObject;
}

function createKeys(): Keys {
  const make = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return { own: make(), foreign: make() };
}

const KEY_ID = 'identity-provider';

function createHandler(
  issuer: string,
  clients: ReadonlyMap<string, ProviderClient>,
  accounts: ReadonlyMap<string, ProviderAccount>,
  keys: Keys,
  lie: () => Lie,
): Handler {
  const provider: Provider = new Provider(issuer, {
    clients: [...clients.values()].map(toClient),
    jwks: { keys: [{ ...keys.own.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    // Providers at work put the claims into the ID token too.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/login/${interaction.uid}` },
    findAccount: (_ctx, login) => findAccount(accounts, login, lie()),
    loadExistingGrant: (ctx) => grantAll(provider, ctx),
    ttl: {
      Interaction: 600,
      Session: 3600,
      Grant: 3600,
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    const body = ctx.body as { id_token?: string } | undefined;
    if (ctx.path !== '/token' || body?.id_token === undefined) return;
    ctx.body = { ...body, id_token: falsify(body.id_token, lie(), keys) };
  });
  const callback = provider.callback();
  return (request, response) =>
    request.url?.startsWith('/login/') === true
      ? answerLogin(provider, accounts, request, response)
      : callback(request, response);
}

function toClient({ clientId, clientSecret, redirectUris }: ProviderClient) {
  return {
    client_id: clientId,
    ...(clientSecret === undefined
      ? { token_endpoint_auth_method: 'none' as const }
      : { client_secret: clientSecret }),
    redirect_uris: [...redirectUris],
    response_types: ['code' as const],
    grant_types: ['authorization_code'],
  };
}

/** Accounts are kept by login; `sub` may be another, as at most providers. */
function findAccount(accounts: ReadonlyMap<string, ProviderAccount>, id: string, lie: Lie) {
  const account = [...accounts.values()].find((one) => (one.subject ?? one.login) === id);
  if (account === undefined) return undefined;
  return {
    accountId: id,
    claims: () => ({
      sub: id,
      email: account.email,
      email_verified: lie === 'unverified' ? false : (account.emailVerified ?? true),
      name: account.name ?? account.login,
      groups: [...(account.groups ?? [])],
    }),
  };
}

/** Consent is given without asking: that page is the provider's business, not what is tested. */
async function grantAll(provider: Provider, ctx: KoaContextWithOIDC) {
  const { client, session, params } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(String(params?.scope ?? 'openid'));
  await grant.save();
  return grant;
}

async function answerLogin(
  provider: Provider,
  accounts: ReadonlyMap<string, ProviderAccount>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return showLogin(response, 200, '');
  const form = new URLSearchParams(await readText(request));
  const account = accounts.get(form.get('login') ?? '');
  if (account === undefined) return showLogin(response, 401, '<p role="alert">Nobody has this name.</p>');
  try {
    const login = { accountId: account.subject ?? account.login };
    await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  } catch {
    showLogin(response, 400, '<p role="alert">This sign-in has ended. Start again.</p>');
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function showLogin(response: ServerResponse, status: number, alert: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${HEAD}<h1>Identity provider</h1>${alert}<form method="post">
<label>Login name <input name="login" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button type="submit">Sign in</button></form>`);
}

function falsify(idToken: string, lie: Lie, keys: Keys): string {
  if (lie === 'none' || lie === 'unverified') return idToken;
  const [header = '', payload = ''] = idToken.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
  if (lie === 'nonce') claims.nonce = 'of-another-sign-in';
  if (lie === 'issuer') claims.iss = 'https://another-issuer.example';
  if (lie === 'audience') claims.aud = 'another-client';
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const key = lie === 'signature' ? keys.foreign : keys.own;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}
