/** Members over HTTP, on a real server. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

describe('members', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness();
  });
  afterAll(async () => {
    await plane.close();
  });

  it('have a session of their own', async () => {
    const ann = await plane.addMember({ email: 'ann@acme.example', role: 'auditor' });
    const session = (await ann.get('/api/v1/session')).body;
    expect(session).toMatchObject({
      user: { id: ann.id },
      organizations: [{ slug: 'acme', role: 'auditor' }],
    });
  });
});
