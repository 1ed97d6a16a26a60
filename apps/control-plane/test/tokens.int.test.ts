/** Tokens over HTTP, on a real server. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLE_SCOPES } from '../src/http/principal.ts';
import { type Harness, startHarness } from './harness.ts';

describe('tokens', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
  });
  afterAll(async () => {
    await plane.close();
  });

  it('makes a token that works once and lists it without the secret', async () => {
    const made = await plane.owner.post('tokens', { name: 'ci', scopes: ['policy:read'] });
    expect(made.status).toBe(201);
    const { token } = made.body;
    const listed = await plane.owner.get('tokens');
    expect(listed.body.items.map((item: { name: string }) => item.name)).toEqual(['ci', 'command line']);
    expect(JSON.stringify(listed.body)).not.toContain(token);
    const session = await plane.clientWith({ authorization: `Bearer ${token}` }).get('/api/v1/session');
    expect(session.body).toMatchObject({ kind: 'token', scopes: ['policy:read'] });
  });

  it.each(['owner', 'admin', 'auditor', 'member'] as const)(
    'gives a token without scopes all that the role %s has',
    async (role) => {
      const person = await plane.addMember({ email: `${role}-2@acme.example`, role });
      const made = await person.post('tokens', { name: 'command line' });
      const bearer = plane.clientWith({ authorization: `Bearer ${made.body.token}` });
      const { scopes } = (await bearer.get('/api/v1/session')).body;
      expect([made.status, scopes]).toEqual([201, ROLE_SCOPES[role]]);
    },
  );

  it('leaves an Activity entry for making and for revoking', async () => {
    const made = await plane.owner.post('tokens', { name: 'short', scopes: ['policy:read'] });
    expect((await plane.owner.delete(`tokens/${made.body.id}`)).status).toBe(204);
    const { items } = (await plane.owner.get('activity?limit=2')).body;
    expect(items.map((item: { event: string }) => item.event)).toEqual(['token.revoked', 'token.created']);
    const after = await plane
      .clientWith({ authorization: `Bearer ${made.body.token}` })
      .get('/api/v1/session');
    expect([after.status, after.body.code]).toEqual([401, 'TOKEN_INVALID']);
  });
});
