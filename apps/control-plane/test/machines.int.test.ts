import { randomUUID } from 'node:crypto';
import { generateKeyPair } from '@pullgate/bundle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import { createActivityLog } from '../src/features/activity/service.ts';
import { createPresence } from '../src/features/machines/presence.ts';
import { createMachineService } from '../src/features/machines/service.ts';
import { type Harness, startHarness } from './harness.ts';
import {
  advance,
  createEnrollmentToken,
  enrollMachine,
  enrollRequest,
  heartbeat,
  type TestMachine,
} from './machine.ts';

let plane: Harness;
beforeAll(async () => {
  plane = await startHarness();
});
afterAll(async () => {
  await plane.close();
});

describe('the life of a machine', () => {
  it('enrols, hears of a publish, takes the policy, reports it, and is shown in the rollout', async () => {
    const machine = await enrollMachine(plane, { name: 'laptop-7' });
    expect(machine.enrolled).toMatchObject({ organization: { slug: 'acme' }, protocol: 1 });
    const [entry] = (await plane.owner.get('activity?event=machine.enrolled')).body.items;
    expect(entry.actor).toMatchObject({ kind: 'machine', name: 'laptop-7' });
    const stream = await machine.events();
    const first = await stream.next();
    expect(first).toMatchObject({ event: 'policy', data: { epoch: 1, revision: 1 } });
    expect(await stream.next()).toMatchObject({ event: 'assignment', data: { epoch: 1, revision: 1 } });
    expect(await machine.policy()).toMatchObject({ revision: 1, organization: { slug: 'acme' } });
    expect(await machine.assignment()).toMatchObject({ sequence: 1, teams: [], labels: {}, grants: [] });
    await machine.heartbeat({ policy: { epoch: 1, revision: 1 } });

    const published = await plane.owner.post('policy/mode', { mode: 'enforce' });
    expect(published.status).toBe(200);
    const { revision } = published.body;
    const announced = await stream.next();
    expect(announced).toMatchObject({ event: 'policy', data: { epoch: 1, revision } });
    // Seen, not asserted: how long the announcement took.
    console.info(`publish to announcement: ${announced.at - published.body.publishedAt} ms`);
    const policy = await machine.policy();
    expect(policy).toMatchObject({
      revision,
      document: { mode: { default: 'enforce' } },
      publicUrl: plane.url,
    });
    const before = await plane.owner.get(`rollout?revision=${revision}`);
    expect(before.body).toMatchObject({ revision, machines: 1, acknowledged: 0, offline: 0, rejected: 0 });
    expect(before.body.elapsedMs).toBeUndefined();
    await machine.heartbeat({ policy: { epoch: 1, revision } });
    const after = await plane.owner.get('rollout');
    expect(after.body).toMatchObject({ revision, machines: 1, acknowledged: 1 });
    expect(after.body.elapsedMs).toBeGreaterThanOrEqual(0);
    const shown = await plane.owner.get(`machines/${machine.id}`);
    expect(shown.body).toMatchObject({ name: 'laptop-7', state: 'online', revision, log: { gaps: [] } });
    expect(shown.body.engines).toEqual(heartbeat().engines);
    stream.close();
  });

  it('is offline after two missed heartbeats, and reports what it rejected', async () => {
    const machine = await enrollMachine(plane, { name: 'away' });
    await machine.heartbeat({ rejected: { code: 'SIGNATURE_INVALID', at: Date.now() + 60_000 } });
    const stateOf = async () => (await plane.owner.get(`machines/${machine.id}`)).body.state;
    expect(await stateOf()).toBe('online');
    const rollout = (await plane.owner.get('rollout')).body;
    expect(rollout.rejected).toBe(1);
    expect(rollout.waiting[0]).toMatchObject({
      id: machine.id,
      name: 'away',
      state: 'rejected',
      reason: 'SIGNATURE_INVALID',
    });
    advance(plane, 34_000);
    expect(await stateOf()).toBe('online');
    advance(plane, 2_000);
    expect(await stateOf()).toBe('offline');
    await plane.owner.delete(`machines/${machine.id}`);
  });

  it('is revoked: its stream ends, its key is refused, and the list says so', async () => {
    const machine = await enrollMachine(plane, { name: 'stolen' });
    const stream = await machine.events();
    expect((await plane.owner.delete(`machines/${machine.id}`)).status).toBe(204);
    await stream.ended();
    expect(await machine.call('GET', '/agent/v1/policy')).toMatchObject({
      status: 401,
      body: { code: 'MACHINE_REVOKED' },
    });
    expect((await plane.owner.get(`machines/${machine.id}`)).body.state).toBe('revoked');
    expect((await plane.owner.delete(`machines/${machine.id}`)).status).toBe(404);
    const { items } = (await plane.owner.get('activity?event=machine.revoked')).body;
    expect(items[0]).toMatchObject({ target: { kind: 'machine', id: machine.id } });
  });

  it('keeps what heartbeats said over a restart', async () => {
    const machine = await enrollMachine(plane, { name: 'steady' });
    await machine.heartbeat({ policy: { epoch: 1, revision: 2 } });
    await plane.restart();
    expect((await plane.owner.get(`machines/${machine.id}`)).body.revision).toBe(2);
  });

  it('cleans what a machine writes and refuses numbers that no database keeps', async () => {
    const machine = await enrollMachine(plane, { name: 'evil \u001b[2J\u202e' });
    expect((await plane.owner.get(`machines/${machine.id}`)).body.name).toBe('evil \ufffd[2J\ufffd');
    for (const revision of [2 ** 31, 2 ** 60, -1]) {
      expect((await machine.heartbeat({ policy: { epoch: 1, revision } })).status).toBe(400);
    }
  });

  it('lists machines by name, page by page', async () => {
    const names: string[] = [];
    let cursor = '';
    do {
      const { body } = await plane.owner.get(`machines?limit=2${cursor}`);
      names.push(...body.items.map((item: { name: string }) => item.name));
      cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['away', 'laptop-7', 'steady', 'stolen']));
  });
});

describe('the depth of engines', () => {
  it('names machines whose engines are seen by host only', async () => {
    const shallow = await enrollMachine(plane, { name: 'shallow' });
    const deep = await enrollMachine(plane, { name: 'deep' });
    const engine = { name: 'docker', wired: true } as const;
    await shallow.heartbeat({
      engines: [
        { ...engine, depth: 'host' },
        { ...engine, name: 'podman', depth: 'full' },
      ],
    });
    await deep.heartbeat({ engines: [{ ...engine, depth: 'full' }] });
    await plane.stopped(async () => {
      const { db, close } = await openDatabase(plane.config.dataDir);
      const service = createMachineService({
        db,
        activity: createActivityLog({ db, clock: Date.now, newId: randomUUID }),
        clock: Date.now,
        presence: createPresence(db, () => undefined),
        endSessionsOn: async () => () => undefined,
        onRevoked: () => undefined,
        onHeartbeat: () => undefined,
      });
      const named = await service.machinesWithoutDepth(plane.organization.id);
      expect(named).toContainEqual({
        id: shallow.id,
        name: 'shallow',
        engines: [{ ...engine, depth: 'host' }],
      });
      expect(named.map(({ name }) => name)).not.toContain('deep');
      await close();
    });
  });
});

describe('publishing a deep rule', () => {
  it('names the machines on which it cannot hold, before and after', async () => {
    const own = await startHarness();
    try {
      const shallow = await enrollMachine(own, { name: 'only-hosts' });
      await shallow.heartbeat({ engines: [{ name: 'docker', wired: true, depth: 'host' }] });
      const namedIn = (warnings: readonly { readonly code: string; readonly message: string }[]) =>
        warnings.filter(({ code }) => code === 'MACHINES_WITHOUT_DEPTH').map(({ message }) => message);
      const before = await own.owner.get('policy/draft');
      expect(namedIn(before.body.warnings)).toEqual([]);
      await own.owner.post('registries', { registry: 'quay.io', allow: ['pull'] });
      const draft = await own.owner.get('policy/draft');
      expect(namedIn(draft.body.warnings)).toEqual([expect.stringContaining('only-hosts')]);
      const etag = draft.headers.get('etag') ?? '';
      const published = await own.owner.post('policy/publish', {}, { 'if-match': etag });
      expect(published.status).toBe(200);
      expect(namedIn(published.body.warnings)).toEqual([expect.stringContaining('only-hosts')]);
    } finally {
      await own.close();
    }
  });
});

describe('enrolment', () => {
  it('gives a one-time token to one of two that race for it', async () => {
    const token = await createEnrollmentToken(plane);
    const answers = await Promise.all(
      [1, 2].map(() =>
        plane.anonymous.post('/agent/v1/enroll', enrollRequest(token, generateKeyPair(), 'racer')),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(answers.find(({ status }) => status === 401)?.body.code).toBe('ENROLLMENT_TOKEN_INVALID');
  });

  it('lets a reusable token in as often as it says', async () => {
    const token = await createEnrollmentToken(plane, { uses: 3 });
    const enroll = () =>
      plane.anonymous.post('/agent/v1/enroll', enrollRequest(token, generateKeyPair(), 'fleet'));
    const answers = await Promise.all(Array.from({ length: 5 }, enroll));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  it('knows a key again: the same machine, not a second one', async () => {
    const keys = generateKeyPair();
    const first = await enrollMachine(plane, { keys, name: 'twice' });
    await plane.owner.delete(`machines/${first.id}`);
    const second = await enrollMachine(plane, { keys, name: 'twice-again' });
    expect(second.id).toBe(first.id);
    expect((await plane.owner.get(`machines/${first.id}`)).body).toMatchObject({
      name: 'twice-again',
      state: 'offline',
    });
    const other = await enrollMachine(plane, { name: 'twice-again' });
    expect(other.id).not.toBe(first.id);
  });

  it('refuses tokens that are revoked, expired or unknown, and keys that are none', async () => {
    const made = await plane.owner.post('enrollment-tokens', {});
    expect(made.body.token).toMatch(/^pge_[\w-]{43}$/);
    expect((await plane.owner.get('enrollment-tokens')).body.items[0]).not.toHaveProperty('token');
    expect((await plane.owner.delete(`enrollment-tokens/${made.body.id}`)).status).toBe(204);
    const old = await createEnrollmentToken(plane, { expiresIn: 60 });
    advance(plane, 61_000);
    for (const token of [made.body.token, old, 'pge_unknown']) {
      const answer = await plane.anonymous.post('/agent/v1/enroll', enrollRequest(token, generateKeyPair()));
      expect(answer).toMatchObject({ status: 401, body: { code: 'ENROLLMENT_TOKEN_INVALID' } });
    }
    const token = await createEnrollmentToken(plane);
    const keys = generateKeyPair();
    const weak = { ...enrollRequest(token, keys), publicKey: { ...keys.publicKey, x: 'AAAA' } };
    expect((await plane.anonymous.post('/agent/v1/enroll', weak)).status).toBe(400);
    expect((await plane.anonymous.post('/agent/v1/enroll', enrollRequest(token, keys))).status).toBe(200);
  });

  it('forgets ephemeral machines that stay away for a day', async () => {
    const machine = await enrollMachine(plane, { name: 'ci-1', wish: { ephemeral: true } });
    await machine.heartbeat();
    advance(plane, 25 * 3600_000);
    await plane.restart();
    expect((await plane.owner.get(`machines/${machine.id}`)).status).toBe(404);
    expect(await machine.heartbeat()).toMatchObject({ status: 401, body: { code: 'MACHINE_UNKNOWN' } });
  });

  it('counts wrong tokens against the address that sends them', async () => {
    const strict = await startHarness({ limits: { requests: 1e6, signIns: 1e6, failedTokens: 3 } });
    try {
      const attempt = () =>
        strict.anonymous.post('/agent/v1/enroll', enrollRequest('pge_guess', generateKeyPair()));
      const codes = [];
      for (let n = 0; n < 5; n += 1) codes.push((await attempt()).body.code);
      expect(codes).toEqual([...Array(4).fill('ENROLLMENT_TOKEN_INVALID'), 'RATE_LIMITED']);
    } finally {
      await strict.close();
    }
  });
});

describe('the token of a machine', () => {
  let machine: TestMachine;
  beforeAll(async () => {
    machine = await enrollMachine(plane, { name: 'honest' });
  });

  it.each([
    ['another key', { key: generateKeyPair().privateKey }, 'MACHINE_TOKEN_INVALID'],
    ['another audience', { audience: 'https://elsewhere.example' }, 'MACHINE_TOKEN_INVALID'],
    ['another method', { htm: 'POST' }, 'MACHINE_TOKEN_INVALID'],
    ['another path', { htu: '/agent/v1/assignment' }, 'MACHINE_TOKEN_INVALID'],
    ['a long life', { lifeS: 121 }, 'MACHINE_TOKEN_INVALID'],
    ['no life', { lifeS: 0 }, 'MACHINE_TOKEN_INVALID'],
    ['a short id', { jti: 'x' }, 'MACHINE_TOKEN_INVALID'],
    ['an old time', { shiftS: -600 }, 'CLOCK_SKEW'],
    ['a time to come', { shiftS: 600 }, 'CLOCK_SKEW'],
    ['a machine that is none', { machineId: 'nobody' }, 'MACHINE_UNKNOWN'],
  ])('is refused with %s', async (_name, lie, code) => {
    const answer = await machine.call('GET', '/agent/v1/policy', undefined, {}, lie);
    expect(answer).toMatchObject({ status: 401, body: { code } });
    expect(Date.parse(answer.headers.get('date') ?? '')).toBeGreaterThan(0);
  });

  it('is good once', async () => {
    const authorization = await machine.authorization('GET', '/agent/v1/policy');
    const ask = () => plane.anonymous.get('/agent/v1/policy', { authorization });
    expect((await ask()).status).toBe(200);
    expect(await ask()).toMatchObject({ status: 401, body: { code: 'MACHINE_TOKEN_REPLAYED' } });
  });

  it('is refused when it is none', async () => {
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const claims = (await machine.authorization('GET', '/agent/v1/policy')).split('.')[1];
    for (const authorization of [
      '',
      'Machine',
      'Machine x',
      'Machine a.b.c',
      `Machine ${none}.${claims}.`,
      `Bearer ${plane.token}`,
    ]) {
      expect(await plane.anonymous.get('/agent/v1/policy', { authorization })).toMatchObject({
        status: 401,
        body: { code: 'MACHINE_TOKEN_INVALID' },
      });
    }
  });

  it('opens no route of people', async () => {
    const authorization = await machine.authorization('GET', '/api/v1/session');
    expect((await plane.anonymous.get('/api/v1/session', { authorization })).status).toBe(401);
  });

  it('says when the protocol is too old', async () => {
    const answer = await machine.call('GET', '/agent/v1/policy', undefined, { 'pullgate-protocol': '0' });
    expect(answer).toMatchObject({ status: 426, body: { code: 'PROTOCOL_UNSUPPORTED' } });
  });
});
