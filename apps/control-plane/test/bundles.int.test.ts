import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { verifyPolicyBundle } from '@pullgate/bundle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import { createOrganizationKeys } from '../src/features/bundles/organization-keys.ts';
import { SIGN_AGAIN_MS } from '../src/features/bundles/policy-bundles.ts';
import { type Harness, startHarness } from './harness.ts';
import { advance, enrollMachine, type TestMachine } from './machine.ts';

let plane: Harness;
let machine: TestMachine;
beforeAll(async () => {
  plane = await startHarness();
  machine = await enrollMachine(plane);
});
afterAll(async () => {
  await plane.close();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  machine.call('GET', path, undefined, headers);

describe('the signed policy', () => {
  it.each(['policy', 'assignment'])('has a strong tag by which %s is not sent twice', async (kind) => {
    const first = await get(`/agent/v1/${kind}`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w.-]+"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const second = await get(`/agent/v1/${kind}`, { 'if-none-match': `"other", ${etag}` });
    expect(second).toMatchObject({ status: 304, body: '' });
    expect(second.headers.get('etag')).toBe(etag);
    expect((await get(`/agent/v1/${kind}`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('may be kept by caches under the name that is announced', async () => {
    const stream = await machine.events();
    const { data } = await stream.next();
    stream.close();
    const named = await get(data.url);
    expect(named.headers.get('etag')).toBe(data.etag);
    expect(named.headers.get('cache-control')).toBe('public, max-age=21600, immutable');
    const old = await get('/agent/v1/policy?bundle=older');
    expect(old.headers.get('cache-control')).toBe('private, no-cache');
    expect(old.body).toEqual(named.body);
  });

  it('is the same bytes for every machine, and signed again after six hours with the same content', async () => {
    const other = await enrollMachine(plane, { name: 'other' });
    const first = await get('/agent/v1/policy');
    expect((await other.call('GET', '/agent/v1/policy')).body).toEqual(first.body);
    const before = await machine.policy();
    advance(plane, SIGN_AGAIN_MS);
    const after = await machine.policy();
    expect(after.issuedAt).toBeGreaterThan(before.issuedAt);
    expect(after).toEqual({ ...before, issuedAt: after.issuedAt });
    const assignments = [await machine.assignment(), await machine.assignment()];
    expect(assignments[0]).toEqual(assignments[1]);
  });

  it('never goes back in time, and is taken by a machine that holds the one before', async () => {
    const { body } = await get('/agent/v1/policy');
    const pinned = { recoveryKey: machine.enrolled.recoveryKey, organizationId: plane.organization.id };
    const held = (await verifyPolicyBundle(body, pinned)).position;
    await plane.restart();
    const next = await get('/agent/v1/policy');
    expect((await verifyPolicyBundle(next.body, { ...pinned, position: held })).payload.revision).toBe(
      held.revision,
    );
  });
});

describe('the keys of an organization', () => {
  const file = (name: string) => join(plane.config.dataDir, 'keys', name);

  it('are readable by their owner only, and the recovery key is not needed to serve', async () => {
    for (const name of ['acme-recovery.jwk', 'acme-signing.jwk'])
      expect(statSync(file(name)).mode & 0o777).toBe(0o600);
    rmSync(file('acme-recovery.jwk'));
    await plane.restart();
    expect((await plane.owner.post('policy/mode', { mode: 'enforce' })).status).toBe(200);
    expect((await machine.policy()).document.mode.default).toBe('enforce');
    expect((await enrollMachine(plane, { name: 'later' })).enrolled.fingerprint).toBe(
      machine.enrolled.fingerprint,
    );
  });

  it('are not made twice', async () => {
    await plane.stopped(async () => {
      const { db, close } = await openDatabase(plane.config.dataDir);
      const dependencies = { db, dataDir: plane.config.dataDir, clock: Date.now };
      const again = await createOrganizationKeys(dependencies, plane.organization);
      expect(again.fingerprint).toBe(machine.enrolled.fingerprint);
      const foreign = { id: plane.organization.id.replace(/.$/, '_'), slug: '../evil' };
      await expect(createOrganizationKeys(dependencies, foreign)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      });
      await close();
    });
  });

  it('missing or exchanged stop the serving with a reason, and say nothing of the key', async () => {
    const path = file('acme-signing.jwk');
    const key = readFileSync(path, 'utf8');
    const { d } = JSON.parse(key);
    for (const broken of [undefined, '{', key.replace(/"x":"..../, '"x":"AAAA')]) {
      await plane.stopped(() => (broken === undefined ? rmSync(path) : writeFileSync(path, broken)));
      const answer = await get('/agent/v1/assignment');
      expect(answer).toMatchObject({ status: 503, body: { code: 'KEYS_MISSING' } });
      expect(JSON.stringify(answer.body)).not.toContain(d);
    }
    await plane.stopped(() => writeFileSync(path, key));
    expect((await get('/agent/v1/assignment')).status).toBe(200);
  });
});

describe('event streams', () => {
  it('are one per machine: a new one takes the place of the old', async () => {
    const first = await machine.events();
    const second = await machine.events();
    await first.ended();
    expect((await second.next()).event).toBe('policy');
    second.close();
  });

  it('end when the server stops', async () => {
    const stream = await machine.events();
    await plane.restart();
    await stream.ended();
  });

  it('of readers that do not read are dropped, while others are served', async () => {
    const slow = await enrollMachine(plane, { name: 'slow' });
    const socket = await openUnread(plane.url, await slow.authorization('GET', '/agent/v1/events'));
    const stream = await machine.events();
    await stream.next();
    await stream.next();
    for (const mode of ['observe', 'enforce', 'observe']) {
      const { body } = await plane.owner.post('policy/mode', { mode });
      expect(await stream.next()).toMatchObject({ event: 'policy', data: { revision: body.revision } });
    }
    socket.destroy();
    stream.close();
  });
});

/** A client that asks and then never reads. */
async function openUnread(url: string, authorization: string): Promise<Socket> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(`GET /agent/v1/events HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n\r\n`);
  return socket;
}
