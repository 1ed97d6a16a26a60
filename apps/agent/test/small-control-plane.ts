/** A control plane in memory, for tests: one organization, real HTTP, real signatures. Held to the protocol by its schemas. */

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AssignedSession,
  type AssignmentPayload,
  generateKeyPair,
  keyFingerprint,
  type PolicyPayload,
  type PublicJwk,
  type SignedBundle,
  signAssignment,
  signKeyCertificate,
  signPolicy,
} from '@pullgate/bundle';
import type { PolicyDocument } from '@pullgate/policy';
import {
  CreateAgentSession,
  DecisionBatch,
  type DecisionRecord,
  EnrollRequest,
  Heartbeat,
  PROTOCOL_VERSION,
} from '@pullgate/protocol';
import { importJWK, jwtVerify } from 'jose';
import { Value } from 'typebox/value';
import { testDocument } from './test-document.ts';
import { toAssignmentPayload, toPolicyPayload } from './test-payloads.ts';

export const ORGANIZATION = { id: 'org1', slug: 'acme', name: 'Acme' };
export const ENROLLMENT_TOKEN = 'pge_right';

export interface SmallControlPlane {
  readonly url: string;
  readonly recoveryKey: PublicJwk;
  readonly heartbeats: Heartbeat[];
  /** By log; each record once, in order of arrival. */
  readonly records: Map<string, DecisionRecord[]>;
  /** Requests as `GET /agent/v1/policy 304`. */
  readonly calls: string[];
  /** Whether its machines are revoked. */
  isRevoked: boolean;
  /** What the next answers are instead of the usual: status by path. */
  readonly failures: Map<string, number>;
  /** Who signs in with which token. */
  readonly people: Map<string, Omit<AssignedSession, 'id' | 'uid' | 'since'>>;
  /** What was asked for to sign in, tokens included. */
  readonly signIns: CreateAgentSession[];
  /** Added to its clock, in the `Date` header and when tokens are checked. */
  skewMs: number;
  publish(changes?: Partial<PolicyDocument>, payload?: Partial<PolicyPayload>): Promise<void>;
  assign(changes: Partial<AssignmentPayload>): Promise<void>;
  /** Serves these bytes as the policy, whatever they are. */
  serve(bundle: SignedBundle): void;
  policy(): SignedBundle;
  /** Streams that are open now. */
  streams(): number;
  /** As when they are revoked: the server ends them. */
  endStreams(): void;
  stop(): Promise<void>;
}

/** Starts on a free port of loopback, or again on `port`. */
export async function startSmallControlPlane(port = 0): Promise<SmallControlPlane> {
  const recovery = generateKeyPair();
  const signing = generateKeyPair();
  const machines = new Map<string, PublicJwk>();
  const streams = new Set<ServerResponse>();
  const heartbeats: Heartbeat[] = [];
  const records = new Map<string, DecisionRecord[]>();
  const calls: string[] = [];
  const failures = new Map<string, number>();
  const documents = new Map<string, { bundle: SignedBundle; etag: string }>();
  const people = new Map<string, Omit<AssignedSession, 'id' | 'uid' | 'since'>>();
  const signIns: CreateAgentSession[] = [];
  let assigned: Partial<AssignmentPayload> = {};
  let revision = 0;
  let sequence = 0;
  let policyBundle: SignedBundle = { keys: '', payload: '' };

  const signerOf = async (epoch: number) => ({
    keys: await signKeyCertificate(
      {
        kind: 'keys',
        organizationId: ORGANIZATION.id,
        epoch,
        issuedAt: Date.now(),
        signingKey: { ...signing.publicKey },
      },
      recovery.privateKey,
    ),
    signingKey: signing.privateKey,
  });
  const announce = (document: string, number: number): void => {
    const data = JSON.stringify({ epoch: 1, revision: number, etag: '"x"', url: `/agent/v1/${document}` });
    for (const stream of streams) stream.write(`event: ${document}\ndata: ${data}\n\n`);
  };
  const put = (name: string, bundle: SignedBundle): void => {
    documents.set(name, { bundle, etag: `"${randomUUID()}"` });
  };

  const authorize = async (request: IncomingMessage): Promise<string> => {
    const token = /^Machine (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      iss: string;
    };
    const key = machines.get(claims.iss);
    if (key === undefined) throw new Error('unknown machine');
    const currentDate = new Date(Date.now() + plane.skewMs);
    const { payload } = await jwtVerify(token, await importJWK({ ...key }, 'EdDSA'), {
      algorithms: ['EdDSA'],
      audience: plane.url,
      currentDate,
      clockTolerance: 30,
      maxTokenAge: 120,
      requiredClaims: ['jti', 'exp', 'iat'],
    });
    if (payload.htm !== request.method || payload.htu !== request.url) throw new Error('other call');
    return claims.iss;
  };

  const enroll = (body: unknown): [number, unknown] => {
    if (!Value.Check(EnrollRequest, body)) return [400, problem('REQUEST_INVALID')];
    if (body.token !== ENROLLMENT_TOKEN) return [401, problem('TOKEN_INVALID')];
    const machineId = `m${machines.size + 1}`;
    machines.set(machineId, body.publicKey);
    return [
      201,
      {
        machineId,
        organization: ORGANIZATION,
        recoveryKey: recovery.publicKey,
        fingerprint,
        protocol: PROTOCOL_VERSION,
      },
    ];
  };
  const takeBatch = (body: unknown): [number, unknown] => {
    if (!Value.Check(DecisionBatch, body)) return [400, problem('REQUEST_INVALID')];
    const log = records.get(body.log) ?? [];
    const mark = log.at(-1)?.seq ?? 0;
    log.push(...body.records.filter(({ seq }) => seq > mark));
    records.set(body.log, log);
    return [200, { accepted: log.at(-1)?.seq ?? 0 }];
  };
  /** As the real one: one session per uid, and the first to sign in becomes the holder. */
  const createSession = async (body: unknown): Promise<[number, unknown]> => {
    if (!Value.Check(CreateAgentSession, body)) return [400, problem('REQUEST_INVALID')];
    signIns.push(body);
    const person = people.get(body.token);
    if (person === undefined) return [401, problem('TOKEN_INVALID')];
    const { uid } = body;
    const session: AssignedSession = { ...person, id: `s-${uid}`, uid, since: Date.now() };
    const others = (assigned.sessions ?? []).filter((other) => other.uid !== uid);
    const isFirst = assigned.holder === undefined;
    await plane.assign({
      ...assigned,
      sessions: [...others, session],
      ...(isFirst ? { holder: { id: person.user.id }, teams: person.teams } : {}),
    });
    return [201, { id: session.id, user: session.user, organizations: session.organizations, sequence }];
  };
  const deleteSession = async (id: string): Promise<[number, unknown]> => {
    const sessions = (assigned.sessions ?? []).filter((session) => session.id !== id);
    await plane.assign({ ...assigned, sessions });
    return [204, undefined];
  };
  const takeHeartbeat = (body: unknown): [number, unknown] => {
    if (!Value.Check(Heartbeat, body)) return [400, problem('REQUEST_INVALID')];
    heartbeats.push(body);
    return [204, undefined];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('date', new Date(Date.now() + plane.skewMs).toUTCString());
    const path = request.url ?? '';
    const body = await readJson(request);
    const finish = ([status, value]: [number, unknown], headers: Record<string, string> = {}): void => {
      calls.push(`${request.method} ${path} ${status}`);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    const failure = failures.get(path);
    if (failure !== undefined) return finish([failure, problem('BROKEN')]);
    if (path === '/agent/v1/enroll') return finish(enroll(body));
    let machineId: string;
    try {
      machineId = await authorize(request);
    } catch {
      return finish([401, problem('MACHINE_UNKNOWN')]);
    }
    if (plane.isRevoked) return finish([401, problem('MACHINE_REVOKED')]);
    if (path === '/agent/v1/heartbeat') return finish(takeHeartbeat(body));
    if (path === '/agent/v1/sessions') return finish(await createSession(body));
    if (path.startsWith('/agent/v1/sessions/')) return finish(await deleteSession(path.slice(19)));
    if (path === '/agent/v1/decisions') return finish(takeBatch(body));
    if (path === '/agent/v1/events') {
      calls.push(`GET ${path} 200`);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    const name = path === '/agent/v1/policy' ? 'policy' : `assignment ${machineId}`;
    const document = documents.get(name);
    if (document === undefined) return finish([404, problem('NOT_FOUND')]);
    if (request.headers['if-none-match'] === document.etag) return finish([304, undefined]);
    return finish([200, document.bundle], { etag: document.etag });
  };

  const server = createServer((request, response) => void answer(request, response));
  const fingerprint = await keyFingerprint(recovery.publicKey);
  const plane: SmallControlPlane = {
    url: '',
    recoveryKey: recovery.publicKey,
    heartbeats,
    records,
    calls,
    failures,
    people,
    signIns,
    skewMs: 0,
    isRevoked: false,
    publish: async (changes = {}, payload = {}) => {
      revision += 1;
      const document = { ...testDocument, ...changes };
      const own = { revision, issuedAt: Date.now(), document, publicUrl: plane.url };
      const whole = toPolicyPayload({ ...own, ...payload });
      policyBundle = await signPolicy(whole, await signerOf(whole.epoch));
      put('policy', policyBundle);
      announce('policy', whole.revision);
    },
    assign: async (changes) => {
      sequence += 1;
      assigned = changes;
      const whole = toAssignmentPayload({ sequence, issuedAt: Date.now(), ...changes });
      put(`assignment ${whole.machineId}`, await signAssignment(whole, await signerOf(whole.epoch)));
      announce('assignment', whole.sequence);
    },
    serve: (bundle) => {
      put('policy', bundle);
      announce('policy', revision);
    },
    policy: () => policyBundle,
    streams: () => streams.size,
    endStreams: () => {
      for (const stream of streams) stream.end();
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return Object.assign(plane, { url: `http://127.0.0.1:${bound}` });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

const problem = (code: string) => ({ type: 'about:blank', title: code, status: 400, code, detail: code });
