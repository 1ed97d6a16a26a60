/** A registry names an unknown host to a real agent; a real control plane has the owner decide, and the agent knows the host from then on. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRegistryHost } from '@pullgate/reference';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { loadAgentConfig, toAgentPaths } from '../../agent/src/config.ts';
import { enrollMachine } from '../../agent/src/enrolment/enroll-machine.ts';
import type { SeenHosts } from '../../agent/src/point.ts';
import { startAgent } from '../../agent/src/start/start-agent.ts';
import { startHarness } from '../../control-plane/test/harness.ts';
import { createEnrollmentToken } from '../../control-plane/test/machine.ts';

it('waits for the owner between the agent that saw it and the policy that knows it', async () => {
  const plane = await startHarness();
  onTestFinished(() => plane.close());
  const dataDir = mkdtempSync(join(tmpdir(), 'pg-seen-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  await enrollMachine({ server: plane.url, token: await createEnrollmentToken(plane), name: 'm', dataDir });
  let seenHosts: SeenHosts | undefined;
  const agent = await startAgent(await loadAgentConfig(toAgentPaths(dataDir)), {
    log: pino({ level: 'silent' }),
    createPoints: (_, dependencies) => {
      seenHosts = dependencies.seenHosts;
      return [];
    },
  });
  onTestFinished(() => agent.stop());
  await agent.refresh();
  const hub = parseRegistryHost('docker.io');
  seenHosts?.saw(hub, 'cdn.example', 'blob');
  seenHosts?.saw(hub, 'auth.docker.io', 'token');

  const items = async () => (await plane.owner.get('registry-hosts')).body.items;
  await expect.poll(items, { timeout: 15_000 }).toMatchObject([
    {
      registry: 'docker.io',
      host: 'cdn.example',
      kinds: ['blob'],
      machines: 1,
      attempts: 1,
      state: 'waiting',
    },
  ]);
  const [{ id }] = await items();
  await plane.owner.post(`registry-hosts/${id}/accept`, {});
  const { version } = (await plane.owner.get('policy/draft')).body;
  await plane.owner.post('policy/publish', {}, { 'if-match': `"d${version}"` });
  await agent.refresh();
  expect(agent.status().policy?.revision).toBe(2);
  expect(agent.status().rejected).toBeUndefined();
}, 60_000);
