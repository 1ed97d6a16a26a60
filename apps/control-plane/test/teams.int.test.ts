/** Teams over HTTP, on a real server: kept, filled, and not deleted while a policy names them. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Harness, startHarness } from './harness.ts';

const outcome = ({ status, body }: Answer) => [status, body.code];

describe('teams', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
  });
  afterAll(async () => {
    await plane.close();
  });

  it('are made once, renamed, filled and deleted', async () => {
    const mia = await plane.addMember({ email: 'mia@acme.example', role: 'member' });
    expect((await plane.owner.post('teams', { slug: 'web' })).body).toMatchObject({
      name: 'web',
      members: 0,
    });
    expect(outcome(await plane.owner.post('teams', { slug: 'web' }))).toEqual([409, 'TEAM_EXISTS']);
    expect((await plane.owner.patch('teams/web', { name: 'Web' })).body.name).toBe('Web');
    expect((await plane.owner.put(`teams/web/members/${mia.id}`)).status).toBe(204);
    expect((await plane.owner.get(`members/${mia.id}`)).body.teams).toEqual(['web']);
    expect((await plane.owner.get('teams')).body.items).toMatchObject([
      { slug: 'web', members: 1, used: false },
    ]);
    expect(outcome(await plane.owner.put('teams/web/members/nobody'))).toEqual([404, 'NOT_FOUND']);
    expect((await plane.owner.delete(`teams/web/members/${mia.id}`)).status).toBe(204);
    expect((await plane.owner.delete('teams/web')).status).toBe(204);
    expect(outcome(await plane.owner.get('teams/web'))).toEqual([404, 'NOT_FOUND']);
    expect(outcome(await mia.get('teams'))).toEqual([403, 'FORBIDDEN']);
    const { items } = (await plane.owner.get('activity?limit=5')).body;
    expect(items.map((item: { event: string }) => item.event)).toEqual([
      'team.deleted',
      'team.member-removed',
      'team.member-added',
      'team.edited',
      'team.created',
    ]);
  });

  it('decide what a check answers for a person, and stay while the draft names them', async () => {
    const tom = await plane.addMember({ email: 'tom@acme.example', role: 'member' });
    await plane.owner.post('teams', { slug: 'platform' });
    await plane.owner.put(`teams/platform/members/${tom.id}`);
    const added = await plane.owner.post('registries', {
      id: 'quay',
      registry: 'quay.io',
      allow: ['pull'],
      teams: ['platform'],
    });
    expect(added.status).toBe(201);
    const ask = { reference: 'quay.io/prometheus/node-exporter:v1', draft: true };
    const asTom = (await plane.owner.post('check', { ...ask, as: tom.email })).body;
    const asOwner = (await plane.owner.post('check', ask)).body;
    expect(asTom.verdict).toBe('allow');
    expect(asTom.reason).not.toEqual(asOwner.reason);
    expect(outcome(await plane.owner.delete('teams/platform'))).toEqual([409, 'TEAM_IN_USE']);
  });

  it('that do not exist are told before and after publishing', async () => {
    await plane.owner.post('registries', {
      id: 'ghcr',
      registry: 'ghcr.io',
      allow: ['pull'],
      teams: ['ghosts'],
    });
    const unknown = { code: 'TEAM_UNKNOWN', path: '/registries/ghcr', severity: 'warning' };
    const draft = (await plane.owner.get('policy/draft')).body;
    expect(draft.warnings).toContainEqual(expect.objectContaining(unknown));
    const published = await plane.owner.post('policy/publish', {}, { 'if-match': `"d${draft.version}"` });
    expect(published.body.warnings).toContainEqual(expect.objectContaining(unknown));
  });
});
