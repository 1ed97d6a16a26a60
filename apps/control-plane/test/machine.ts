/** A machine for tests, no more than the protocol: its key, its tokens, its calls, its event stream. */

import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import {
  type AssignmentPayload,
  generateKeyPair,
  type KeyPair,
  type PolicyPayload,
  type SignedBundle,
  verifyAssignmentBundle,
  verifyPolicyBundle,
} from '@pullgate/bundle';
import type { Announcement, DecisionRecord, EnrollResponse, Heartbeat } from '@pullgate/protocol';
import { importJWK, SignJWT } from 'jose';
import type { Answer, Harness } from './harness.ts';

/** What a token says instead of the truth. */
export interface Lie {
  readonly machineId?: string;
  readonly audience?: string;
  readonly htm?: string;
  readonly htu?: string;
  readonly jti?: string;
  /** Seconds added to `iat` and `exp`. */
  readonly shiftS?: number;
  readonly lifeS?: number;
  readonly key?: KeyPair['privateKey'];
}

export interface TestMachine {
  readonly id: string;
  readonly enrolled: EnrollResponse;
  readonly keys: KeyPair;
  authorization(method: string, path: string, lie?: Lie): Promise<string>;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    lie?: Lie,
  ): Promise<Answer>;
  /** Fetches and verifies as an agent does. */
  policy(): Promise<PolicyPayload>;
  assignment(): Promise<AssignmentPayload>;
  heartbeat(changes?: Partial<Heartbeat>): Promise<Answer>;
  send(log: string, records: readonly DecisionRecord[]): Promise<Answer>;
  events(): Promise<TestStream>;
}

export interface TestStream {
  readonly response: IncomingMessage;
  /** Waits for the next event; fails when the stream ends first. */
  next(): Promise<{ readonly event: string; readonly data: Announcement; readonly at: number }>;
  /** Resolves when the server has ended the stream. */
  ended(): Promise<void>;
  close(): void;
}

const ahead = new WeakMap<Harness, number>();

/** Moves the clocks of the server and of its machines alike. */
export function advance(plane: Harness, ms: number): void {
  plane.advance(ms);
  ahead.set(plane, (ahead.get(plane) ?? 0) + ms);
}

export async function createEnrollmentToken(plane: Harness, wish: object = {}): Promise<string> {
  const answer = await plane.owner.post('enrollment-tokens', wish);
  if (answer.status !== 201) throw new Error(`no token: ${answer.status}`);
  return answer.body.token;
}

export const enrollRequest = (token: string, keys: KeyPair, name = 'laptop-7') => ({
  token,
  publicKey: keys.publicKey,
  name,
  os: 'linux',
  arch: 'x64',
  agentVersion: '0.1.0',
  protocol: 1,
});

export async function enrollMachine(
  plane: Harness,
  options: {
    readonly name?: string;
    readonly token?: string;
    readonly keys?: KeyPair;
    readonly wish?: object;
  } = {},
): Promise<TestMachine> {
  const keys = options.keys ?? generateKeyPair();
  const token = options.token ?? (await createEnrollmentToken(plane, options.wish));
  const answer = await plane.anonymous.post('/agent/v1/enroll', enrollRequest(token, keys, options.name));
  if (answer.status !== 200) throw new Error(`not enrolled: ${answer.status} ${answer.body.code}`);
  return createMachine(plane, keys, answer.body);
}

export function createMachine(plane: Harness, keys: KeyPair, enrolled: EnrollResponse): TestMachine {
  const { machineId: id } = enrolled;
  const authorization: TestMachine['authorization'] = async (method, path, lie = {}) => {
    const iat = Math.floor((Date.now() + (ahead.get(plane) ?? 0)) / 1000) + (lie.shiftS ?? 0);
    const token = await new SignJWT({
      htm: lie.htm ?? method,
      htu: lie.htu ?? (path.split('?')[0] as string),
    })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(lie.machineId ?? id)
      .setAudience(lie.audience ?? plane.url)
      .setIssuedAt(iat)
      .setExpirationTime(iat + (lie.lifeS ?? 60))
      .setJti(lie.jti ?? randomUUID())
      .sign(await importJWK({ ...(lie.key ?? keys.privateKey) }, 'EdDSA'));
    return `Machine ${token}`;
  };
  const call: TestMachine['call'] = async (method, path, body, headers = {}, lie) =>
    await plane.anonymous.request(method, path, body, {
      authorization: await authorization(method, path, lie),
      ...headers,
    });
  const pinned = { recoveryKey: enrolled.recoveryKey, organizationId: enrolled.organization.id };
  return {
    id,
    enrolled,
    keys,
    authorization,
    call,
    policy: async () => {
      const { body } = await call('GET', '/agent/v1/policy');
      return (await verifyPolicyBundle(body as SignedBundle, pinned)).payload;
    },
    assignment: async () => {
      const { body } = await call('GET', '/agent/v1/assignment');
      return (await verifyAssignmentBundle(body as SignedBundle, { ...pinned, machineId: id })).payload;
    },
    heartbeat: (changes) => call('POST', '/agent/v1/heartbeat', heartbeat(changes)),
    send: (log, records) => call('POST', '/agent/v1/decisions', { log, records }),
    events: async () => openStream(plane, await authorization('GET', '/agent/v1/events')),
  };
}

export const heartbeat = (changes: Partial<Heartbeat> = {}): Heartbeat => ({
  agentVersion: '0.1.0',
  points: [{ name: 'proxy', state: 'on' }],
  engines: [{ name: 'docker', version: '20.10', wired: true, depth: 'host' }],
  log: { pending: 0, dropped: 0 },
  ...changes,
});

export const record = (seq: number, changes: Partial<DecisionRecord> = {}): DecisionRecord => ({
  v: 1,
  seq,
  at: Date.now(),
  point: 'proxy',
  depth: 'host',
  verdict: 'allow',
  effect: 'forward',
  mode: 'observe',
  reason: 'RULE_ALLOWED',
  revision: 1,
  registry: 'docker.io',
  ...changes,
});

/** Opens server-sent events on a connection of its own. */
export async function openStream(
  plane: Harness,
  authorization: string,
  path = '/agent/v1/events',
): Promise<TestStream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(`${plane.url}${path}`, { headers: { authorization }, agent: false }, resolve);
    request.on('error', reject);
    request.end();
  });
  if (response.statusCode !== 200) throw new Error(`no stream: ${response.statusCode}`);
  return readStream(response);
}

function readStream(response: IncomingMessage): TestStream {
  const queue: { event: string; data: Announcement; at: number }[] = [];
  let wake: () => void = () => undefined;
  let isOver = false;
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event !== undefined && data !== undefined)
        queue.push({ event, data: JSON.parse(data), at: Date.now() });
    }
    wake();
  });
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      wake();
      resolve();
    };
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  });
  return {
    response,
    next: async () => {
      while (queue.length === 0) {
        if (isOver) throw new Error('the stream has ended');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return queue.shift() as (typeof queue)[number];
    },
    ended: () => over,
    close: () => response.destroy(),
  };
}
