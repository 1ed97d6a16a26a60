/** Signing in on machines, over HTTP on a real server: who counts for what, and how changes of people reach a machine. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_FILE } from '../src/database/open.ts';
import { type Harness, OWNER, startHarness } from './harness.ts';
import { advance, createEnrollmentToken, enrollMachine, type TestMachine } from './machine.ts';

const DAY_MS = 86_400_000;

describe('sessions on machines', () => {
  let plane: Harness;
  let people = 0;

  beforeAll(async () => {
    plane = await startHarness({ limits: { requests: 1e6, signIns: 1e6, failedTokens: 5 } });
    await inDatabase((database) => {
      database
        .prepare('insert into organization (id, name, slug, "createdAt") values (?, ?, ?, ?)')
        .run('strangers-id', 'Strangers', 'strangers', new Date().toISOString());
      database
        .prepare(
          'insert into team (id, name, "memberCount", "organizationId", "createdAt", slug) values (?, ?, 0, ?, ?, ?)',
        )
        .run('team-platform', 'Platform', plane.organization.id, new Date().toISOString(), 'platform');
    });
  });
  afterAll(async () => {
    await plane.close();
  });

  const inDatabase = (work: (database: DatabaseSync) => void) =>
    plane.stopped(() => {
      const database = new DatabaseSync(join(plane.config.dataDir, DATABASE_FILE));
      work(database);
      database.close();
    });

  /** A person with a password, a place in an organization, and a team. */
  const addPerson = async (organizationId: string, team?: string) => {
    people += 1;
    const id = `person-${people}`;
    const email = `${id}@example.test`;
    const now = new Date().toISOString();
    await inDatabase((database) => {
      database
        .prepare(
          'insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values (?, ?, ?, 0, ?, ?)',
        )
        .run(id, id, email, now, now);
      database
        .prepare(
          'insert into member (id, "organizationId", "userId", role, "createdAt") values (?, ?, ?, ?, ?)',
        )
        .run(`member-${id}`, organizationId, id, 'member', now);
      database
        .prepare(
          `insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
           select ?, ?, 'credential', ?, password, ?, ? from account where password is not null limit 1`,
        )
        .run(`account-${id}`, id, id, now, now);
      if (team === undefined) return;
      database
        .prepare('insert into "teamMember" (id, "teamId", "userId", "createdAt") values (?, ?, ?, ?)')
        .run(`${team}-${id}`, team, id, now);
    });
    return { id, email };
  };

  /** The session token, as the device flow hands it out. */
  const tokenOf = async (email: string): Promise<string> => {
    const origin = plane.url;
    const { status, body } = await plane
      .clientWith({ origin })
      .post('/api/auth/sign-in/email', { email, password: OWNER.password });
    expect(status).toBe(200);
    return body.token;
  };

  const signInOn = (machine: TestMachine, token: string, uid = 1000, login = 'dev') =>
    machine.call('POST', '/agent/v1/sessions', { token, uid, login });

  it('makes the first member to sign in the holder, and nobody after them', async () => {
    const [dev, other] = [
      await addPerson(plane.organization.id, 'team-platform'),
      await addPerson(plane.organization.id),
    ];
    const machine = await enrollMachine(plane);
    const answer = await signInOn(machine, await tokenOf(dev.email));
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { user: { id: dev.id, email: dev.email }, organizations: ['acme'] },
    ]);
    const assignment = await machine.assignment();
    expect(assignment).toMatchObject({
      sequence: answer.body.sequence,
      holder: { id: dev.id },
      teams: ['platform'],
      sessions: [{ id: answer.body.id, uid: 1000, user: dev, organizations: ['acme'], teams: ['platform'] }],
    });
    expect((await signInOn(machine, await tokenOf(other.email), 1001, 'other')).status).toBe(201);
    expect(await machine.assignment()).toMatchObject({ holder: { id: dev.id }, sessions: [{}, {}] });
    const events = (await plane.owner.get('activity?limit=200')).body.items.filter(
      ({ target }: { target: { id: string } }) => target.id === machine.id,
    );
    expect(events.map(({ event }: { event: string }) => event).toSorted()).toEqual([
      'machine.enrolled',
      'machine.holder-changed',
      'machine.signed-in',
      'machine.signed-in',
    ]);
    expect((await plane.owner.get(`machines/${machine.id}`)).body.holder).toMatchObject({ id: dev.id });
  });

  it('lets a stranger sign in, for nothing but to be told so', async () => {
    const stranger = await addPerson('strangers-id');
    const machine = await enrollMachine(plane);
    const answer = await signInOn(machine, await tokenOf(stranger.email));
    expect([answer.status, answer.body.organizations]).toEqual([201, ['strangers']]);
    const assignment = await machine.assignment();
    expect(assignment.holder).toBeUndefined();
    expect(assignment.sessions).toMatchObject([{ organizations: ['strangers'], teams: [] }]);
  });

  it('holds one session for each uid', async () => {
    const [first, second] = [await addPerson(plane.organization.id), await addPerson(plane.organization.id)];
    const machine = await enrollMachine(plane);
    await signInOn(machine, await tokenOf(first.email));
    await signInOn(machine, await tokenOf(second.email));
    const { holder, sessions } = await machine.assignment();
    expect([holder?.id, sessions.map(({ user }) => user.id)]).toEqual([first.id, [second.id]]);
  });

  it('takes an API token, which ends with it', async () => {
    const machine = await enrollMachine(plane);
    const made = await plane.owner.post('tokens', { name: 'ci', scopes: ['policy:read'] });
    expect((await signInOn(machine, made.body.token)).body.organizations).toEqual(['acme']);
    const stream = await machine.events();
    const before = [await stream.next(), await stream.next()].find(({ event }) => event === 'assignment');
    await plane.owner.delete(`tokens/${made.body.id}`);
    const after = await stream.next();
    expect(after.event).toBe('assignment');
    expect(after.data.revision).toBeGreaterThan(before?.data.revision ?? Number.POSITIVE_INFINITY);
    expect((await machine.assignment()).sessions).toEqual([]);
    stream.close();
  });

  it('refuses wrong tokens, a few times for each machine', async () => {
    const [machine, other] = [await enrollMachine(plane), await enrollMachine(plane)];
    for (const token of ['wrong', 'pgt_wrong', 'a b', 'ä', 'x.y', '.']) {
      const answer = await signInOn(machine, token);
      expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID']);
    }
    const made = await plane.owner.post('tokens', { name: 'ci', scopes: ['policy:read'] });
    expect((await signInOn(machine, made.body.token)).body.code).toBe('RATE_LIMITED');
    expect((await signInOn(other, made.body.token)).status).toBe(201);
  });

  it('signs out, by the machine itself alone', async () => {
    const dev = await addPerson(plane.organization.id);
    const [machine, other] = [await enrollMachine(plane), await enrollMachine(plane)];
    const { body } = await signInOn(machine, await tokenOf(dev.email));
    const path = `/agent/v1/sessions/${body.id}`;
    expect((await other.call('DELETE', path)).status).toBe(404);
    expect((await machine.call('DELETE', path)).status).toBe(204);
    expect(await machine.assignment()).toMatchObject({ holder: { id: dev.id }, sessions: [] });
  });

  it('shows admins who is signed in, lets them end it and choose the holder', async () => {
    const [dev, other] = [await addPerson(plane.organization.id), await addPerson(plane.organization.id)];
    const stranger = await addPerson('strangers-id');
    const machine = await enrollMachine(plane);
    const { body } = await signInOn(machine, await tokenOf(dev.email));
    const listed = (await plane.owner.get('machine-sessions?limit=200')).body.items;
    expect(listed.find(({ id }: { id: string }) => id === body.id)).toMatchObject({
      machine: { id: machine.id },
      person: dev,
      member: true,
    });
    const idle = await enrollMachine(plane);
    const on = async (id: string) => (await plane.owner.get(`machine-sessions?machine=${id}`)).body.items;
    expect([await on(machine.id), await on(idle.id)]).toMatchObject([[{ id: body.id }], []]);
    const of = async (id: string) => (await plane.owner.get(`machine-sessions?person=${id}`)).body.items;
    expect([await of(dev.id), await of(other.id)]).toMatchObject([[{ id: body.id }], []]);
    expect((await plane.owner.delete(`machine-sessions/${body.id}`)).status).toBe(204);
    expect((await machine.assignment()).sessions).toEqual([]);
    const holder = (person: string | null) => plane.owner.put(`machines/${machine.id}/holder`, { person });
    expect((await holder(other.id)).status).toBe(204);
    expect((await machine.assignment()).holder).toEqual({ id: other.id });
    expect((await holder(stranger.id)).body.code).toBe('NOT_FOUND');
    expect((await holder(null)).status).toBe(204);
    expect((await machine.assignment()).holder).toBeUndefined();
  });

  it('hears at once when the person signs out', async () => {
    const dev = await addPerson(plane.organization.id);
    const machine = await enrollMachine(plane);
    const token = await tokenOf(dev.email);
    await signInOn(machine, token);
    const stream = await machine.events();
    await stream.next();
    await stream.next();
    const bearer = plane.clientWith({ authorization: `Bearer ${token}`, origin: plane.url });
    expect((await bearer.post('/api/auth/sign-out', {})).status).toBe(200);
    expect((await stream.next()).event).toBe('assignment');
    expect((await machine.assignment()).sessions).toEqual([]);
    stream.close();
  });

  it('keeps what the machine says of enforced sign-in', async () => {
    const machine = await enrollMachine(plane);
    const signIn = { mechanism: 'registry.json', allowedOrgs: ['acme'], state: 'required' as const };
    await machine.heartbeat({ signIn });
    expect((await plane.owner.get(`machines/${machine.id}`)).body.signIn).toEqual(signIn);
  });

  it('tells 200 connected machines of a deactivated person', async () => {
    const dev = await addPerson(plane.organization.id, 'team-platform');
    const [token, session] = [await createEnrollmentToken(plane, { uses: 200 }), await tokenOf(dev.email)];
    const machines: TestMachine[] = [];
    for (let at = 0; at < 200; at += 1) {
      const machine = await enrollMachine(plane, { token, name: `fleet-${at}` });
      expect((await signInOn(machine, session)).status).toBe(201);
      machines.push(machine);
    }
    const streams = await Promise.all(machines.map((machine) => machine.events()));
    for (const stream of streams) {
      await stream.next();
      await stream.next();
    }
    const startedAt = Date.now();
    expect((await plane.owner.patch(`members/${dev.id}`, { state: 'deactivated' })).status).toBe(200);
    const told = await Promise.all(streams.map((stream) => stream.next()));
    console.info(
      `deactivation to the last of 200 machines: ${Math.max(...told.map(({ at }) => at)) - startedAt} ms`,
    );
    expect(new Set(told.map(({ event }) => event))).toEqual(new Set(['assignment']));
    for (const machine of machines.slice(0, 5)) {
      expect(await machine.assignment()).toMatchObject({ sessions: [], teams: [] });
      expect((await machine.assignment()).holder).toBeUndefined();
    }
    for (const stream of streams) stream.close();
  }, 60_000);

  it('never signs out a machine that is used, and does one that is not', async () => {
    const [used, unused] = [await addPerson(plane.organization.id), await addPerson(plane.organization.id)];
    const [machine, away] = [await enrollMachine(plane), await enrollMachine(plane)];
    await signInOn(machine, await tokenOf(used.email));
    await signInOn(away, await tokenOf(unused.email));
    for (let day = 0; day < 4; day += 1) {
      advance(plane, 10 * DAY_MS);
      await machine.heartbeat();
      await plane.restart();
    }
    expect((await machine.assignment()).sessions).toHaveLength(1);
    const { sessions, holder } = await away.assignment();
    expect([sessions, holder]).toEqual([[], { id: unused.id }]);
    const ended = (await plane.owner.get('activity?event=machine.session-ended&limit=200')).body.items;
    expect(ended.some(({ target }: { target: { id: string } }) => target.id === away.id)).toBe(true);
  });
});
