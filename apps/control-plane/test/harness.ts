/** A real control plane for tests: temporary data directory, 127.0.0.1, free port, an organization with its owner. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { type ControlPlaneConfig, parseControlPlaneConfig } from '../src/config.ts';
import type { Core } from '../src/core.ts';
import type { MembershipSource } from '../src/features/members/membership.ts';
import type { Role } from '../src/http/principal.ts';
import { setUpOrganization } from '../src/set-up.ts';
import { type ControlPlane, startControlPlane } from '../src/start.ts';
import { addAccount } from './add-account.ts';

export const OWNER = { email: 'owner@acme.example', password: 'correct horse battery', name: 'Olga Owner' };

/** An answer with its body read as JSON where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

export interface Client {
  /** `path` from the root, or below the organization when it does not begin with a slash. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface NewMember {
  readonly email: string;
  readonly role: Role;
  readonly password?: string;
  readonly name?: string;
  readonly source?: MembershipSource;
  readonly organization?: { readonly id: string; readonly slug: string };
}

export interface MemberClient extends Client {
  /** Id of the person. */
  readonly id: string;
  readonly email: string;
}

export interface Harness {
  readonly config: ControlPlaneConfig;
  readonly url: string;
  readonly organization: { readonly id: string; readonly slug: string };
  /** API token of the owner, all scopes. */
  readonly token: string;
  readonly owner: Client;
  readonly anonymous: Client;
  clientWith(headers: Record<string, string>): Client;
  /** Moves the server's clock. */
  advance(ms: number): void;
  /** A client with the session cookie of a person. */
  signIn(email: string, password: string): Promise<Client>;
  /** Makes an account with a place in the organization `acme`, or in another one of the server, and signs it in. */
  addMember(person: NewMember): Promise<MemberClient>;
  /** Stops the server and starts it again on the same data directory. */
  restart(): Promise<void>;
  /** Works on the data directory while the server is stopped. */
  stopped(work: () => void | Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Limits that no test reaches by chance; tests of limits set their own. */
const WIDE = { requests: 1e6, signIns: 1e6, failedTokens: 1e6 };

export interface HarnessOptions {
  readonly limits?: typeof WIDE;
  /** Silent when left out. */
  readonly log?: Logger;
  /** Further settings of the server. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pullgate-control-plane-'));
  const config = parseControlPlaneConfig({
    dataDir,
    listen: '127.0.0.1:0',
    logLevel: 'silent',
    ...options.config,
  });
  const { organization, token } = await setUpOrganization(config, { organization: 'acme', ...OWNER });
  let offsetMs = 0;
  let core: Core | undefined;
  const requireCore = (): Core => {
    if (core === undefined) throw new Error('the control plane has not started');
    return core;
  };
  const start = () =>
    startControlPlane(config, {
      log: options.log ?? pino({ level: 'silent' }),
      clock: () => Date.now() + offsetMs,
      limits: options.limits ?? WIDE,
      onCore: (opened) => {
        core = opened;
      },
    });
  let plane: ControlPlane = await start();
  const stopped = async (work: () => void | Promise<void>) => {
    await plane.close();
    await work();
    plane = await start();
  };
  const clientWith = (headers: Record<string, string>) =>
    createClient(
      () => plane.url,
      organization.slug,
      () => headers,
    );
  const signIn = async (email: string, password: string, slug = organization.slug) => {
    const origin = plane.url;
    const answer = await clientWith({ origin }).post('/api/auth/sign-in/email', { email, password });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    // The port is another one after a restart, and the origin with it.
    return createClient(
      () => plane.url,
      slug,
      () => ({ cookie, origin: plane.url }),
    );
  };
  return {
    config,
    get url() {
      return plane.url;
    },
    organization,
    token,
    owner: clientWith({ authorization: `Bearer ${token}` }),
    anonymous: clientWith({}),
    clientWith,
    advance: (ms) => {
      offsetMs += ms;
    },
    signIn,
    addMember: async ({ organization: place = organization, password = OWNER.password, ...person }) => {
      const id = await addAccount(requireCore(), place.id, { ...person, password });
      return { ...(await signIn(person.email, password, place.slug)), id, email: person.email };
    },
    restart: () => stopped(() => undefined),
    stopped,
    close: async () => {
      await plane.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function createClient(url: () => string, slug: string, own: () => Record<string, string>): Client {
  const request: Client['request'] = async (method, path, body, headers = {}) => {
    const target = path.startsWith('/') ? path : `/api/v1/organizations/${slug}/${path}`;
    const response = await fetch(`${url()}${target}`, {
      method,
      redirect: 'manual',
      headers: {
        ...own(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  };
  return {
    request,
    get: (path, headers) => request('GET', path, undefined, headers),
    post: (path, body, headers) => request('POST', path, body, headers),
    put: (path, body, headers) => request('PUT', path, body, headers),
    patch: (path, body, headers) => request('PATCH', path, body, headers),
    delete: (path, headers) => request('DELETE', path, undefined, headers),
  };
}
