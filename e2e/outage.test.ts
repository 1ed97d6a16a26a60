/** What happens when parts of Pullgate are gone: a dead agent is closed, a lost control plane changes nothing, and nothing is forgotten. */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configureEngines, startContainerd, startDockerd, toProxyEnv } from './lab/engines.ts';
import type { Lab } from './lab/lab.ts';
import { leave } from './lab/leftovers.ts';
import { ALLOWED, DENIED, REMOVED } from './lab/names.ts';
import type { LabProcess } from './lab/process.ts';
import { Pullgate } from './lab/pullgate.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';
import { createTown } from './lab/town.ts';
import { APP } from './operations.ts';
import { toPolicy } from './policy.ts';

const obstacle = findObstacle();

/** The machine's own agent, apart from the one that `pullgate up` runs beside the control plane. */
const AGENT = { proxy: '127.0.0.1:7081', dir: '/var/lib/pullgate' };

describe.skipIf(obstacle !== undefined)(toTitle('outages', obstacle), () => {
  let lab: Lab;
  let pullgate: Pullgate;
  let agent: LabProcess;

  beforeAll(async () => {
    ({ lab } = await createTown());
    configureEngines(lab);
    pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7091 });
    const engine = startContainerd(lab).then(() => startDockerd(lab, toProxyEnv(`http://${AGENT.proxy}`)));
    await Promise.all([engine, pullgate.up()]);
    await pullgate.publish(toPolicy());
    await pullgate.must('machine', 'enroll', '--data-dir', AGENT.dir, '--name', 'machine-1', '--yes');
    agent = await startAgent();
    await agent.waitFor(/"kind":"policy".*"document taken"/);
  });

  afterAll(() => leave(lab));

  const startAgent = () =>
    pullgate.start(
      'agent',
      ['agent', 'run', '--data-dir', AGENT.dir, '--proxy-listen', AGENT.proxy],
      /"agent started"/,
    );

  /** Pulls anew: whatever docker still has of the image is removed first. */
  const pull = async (registry: string) => {
    await lab.run(['docker', 'image', 'rm', '--force', `${registry}/${APP}`]);
    return lab.run(['docker', 'pull', '--quiet', `${registry}/${APP}`]);
  };

  /** Denials of this machine that the owner sees, oldest first. */
  const listDenials = async (registry: string) => {
    const options = ['--denied', '--registry', registry, '--limit', '200'];
    const { items } = await pullgate.json<{
      items: { machine: { name: string }; log: string; seq: number }[];
    }>('decision', 'list', ...options);
    return items.filter(({ machine }) => machine.name === 'machine-1').reverse();
  };

  it('refuses everything while the agent is dead, and works again once it is back', async () => {
    expect(await pull(REMOVED)).toMatchObject({ code: 0 });
    await agent.end('KILL');
    const closed = await pull(REMOVED);
    expect(closed.code).toBe(1);
    expect(closed.output).toContain('connect: connection refused');
    agent = await startAgent();
    expect(await pull(REMOVED)).toMatchObject({ code: 0 });
    expect(await pull(DENIED)).toMatchObject({ code: 1 });
  });

  it('goes on with the last good policy while the control plane is away, and forgets no decision', async () => {
    await vi.waitFor(async () => expect(await listDenials(DENIED)).not.toEqual([]), PATIENCE);
    const before = await listDenials(DENIED);
    await pullgate.down();
    for (let round = 0; round < 3; round++) {
      const denied = await pull(DENIED);
      expect(denied.output).toContain(`acme does not allow ${DENIED} (not on the list`);
    }
    expect(await pull(REMOVED)).toMatchObject({ code: 0 });
    await agent.end('KILL');
    agent = await startAgent();
    expect((await pull(DENIED)).output).toContain(`acme does not allow ${DENIED} (not on the list`);
    expect(await pull(REMOVED)).toMatchObject({ code: 0 });
    await pullgate.up();
    await vi.waitFor(
      async () => expect((await listDenials(DENIED)).length).toBe(before.length + 4),
      PATIENCE,
    );
  });

  it('obeys after its start what was published while it was down', async () => {
    expect(await pull(DENIED)).toMatchObject({ code: 1 });
    await agent.end();
    await pullgate.publish(toPolicy({ registries: [ALLOWED, DENIED] }));
    agent = await startAgent();
    await vi.waitFor(async () => {
      expect(await pull(DENIED)).toMatchObject({ code: 0 });
      expect((await pull(REMOVED)).output).toContain(`acme does not allow ${REMOVED} (not on the list`);
    }, PATIENCE);
  });
});

/** The agent reconnects with growing pauses; this is far more than it needs. */
const PATIENCE = { timeout: 60_000, interval: 500 };
