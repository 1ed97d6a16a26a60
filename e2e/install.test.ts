/** `pullgate agent install` and `uninstall` for Docker Engine where sysvinit starts it, as on a Debian machine without systemd. */

import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  configureEngines,
  restartDockerService,
  startContainerd,
  startDockerService,
  waitForDocker,
} from './lab/engines.ts';
import { listEtc } from './lab/etc.ts';
import type { Lab } from './lab/lab.ts';
import { leave } from './lab/leftovers.ts';
import { DENIED, REMOVED } from './lab/names.ts';
import { PULLGATE, Pullgate } from './lab/pullgate.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';
import { createTown } from './lab/town.ts';
import { expectGolden, toTranscript } from './lab/transcript.ts';
import { APP } from './operations.ts';
import { toPolicy } from './policy.ts';

const obstacle = findObstacle();

/** What an administrator wrote, in a form that a rewrite would not give back: tabs, order, no last line break. */
const DAEMON_JSON = '{\n\t"log-level":   "warn",\n\t"debug": false }';

const AGENT_DIR = '/var/lib/pullgate-up/agent';

describe.skipIf(obstacle !== undefined)(toTitle('agent install for Docker Engine', obstacle), () => {
  let lab: Lab;
  let pullgate: Pullgate;
  let before: readonly string[];

  beforeAll(async () => {
    ({ lab } = await createTown());
    configureEngines(lab);
    pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
    writeFileSync(lab.path('/etc/docker/daemon.json'), DAEMON_JSON);
    await Promise.all([startContainerd(lab), pullgate.up()]);
    await pullgate.publish(toPolicy());
    await startDockerService(lab);
    await waitForDocker(lab);
    before = await listEtc(lab);
  });

  afterAll(() => leave(lab));

  const pull = (registry: string) => lab.run(['docker', 'pull', '--quiet', `${registry}/${APP}`]);

  it('shows the plan and changes nothing with --dry-run', async () => {
    const outcome = await pullgate.run('agent', 'install', '--only', 'docker', '--dry-run');
    expect(outcome.code, outcome.output).toBe(0);
    const transcript = toTranscript(
      ['pullgate', 'agent', 'install', '--only', 'docker', '--dry-run'],
      outcome,
    );
    expectGolden('pullgate/install-plan', transcript.replaceAll(PULLGATE, '<pullgate>'));
    expect(await listEtc(lab)).toEqual(before);
    expect(await pull(DENIED)).toMatchObject({ code: 0 });
  });

  it('puts Docker behind the agent', async () => {
    await pullgate.must('agent', 'install', '--data-dir', AGENT_DIR, '--yes');
    await restartDockerService(lab);
    expect(await lab.must(['docker', 'info', '--format', '{{.HTTPSProxy}}'])).toBe(pullgate.proxy);
    expect(await lab.must(['sh', '-c', 'tr "\\0" "\\n" < /proc/$(cat /run/docker.pid)/environ'])).toContain(
      'SSL_CERT_DIR=/etc/ssl/certs:/etc/pullgate/trust/hub',
    );
    await lab.must(['docker', 'image', 'rm', `${DENIED}/${APP}`]);
    expect((await pull(DENIED)).output).toContain(`acme does not allow ${DENIED} (not on the list`);
    expect(await pull(REMOVED)).toMatchObject({ code: 0 });
    expect(readFileSync(lab.path('/etc/docker/daemon.json'), 'utf8')).toContain('"log-level":   "warn"');
  });

  it('changes nothing when it is repeated', async () => {
    const installed = await listEtc(lab);
    await pullgate.must('agent', 'install', '--data-dir', AGENT_DIR, '--yes');
    expect(await listEtc(lab)).toEqual(installed);
  });

  it('lets Docker pull and not push where a new rule says so, without another restart', async () => {
    const rule = `  - { id: removed, registry: ${REMOVED}, allow: [pull] }`;
    await pullgate.publish(toPolicy().replace(/^ .*id: removed.*$/m, rule));
    expect((await pull(REMOVED)).output).toContain('needs inspection');
    await pullgate.must('agent', 'install', '--only', 'trust', '--data-dir', AGENT_DIR, '--yes');
    await lab.must(['docker', 'image', 'rm', `${REMOVED}/${APP}`]);
    expect(await pull(REMOVED)).toMatchObject({ code: 0 });
    const pushed = await lab.run(['docker', 'push', `${REMOVED}/${APP}`]);
    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toContain(`acme does not allow push to ${REMOVED}/team/app`);
  });

  it('gives every byte back on uninstall', async () => {
    await pullgate.must('agent', 'uninstall', '--yes');
    await restartDockerService(lab);
    expect(await listEtc(lab)).toEqual(before);
    expect(readFileSync(lab.path('/etc/docker/daemon.json'), 'utf8')).toBe(DAEMON_JSON);
    expect(await pull(DENIED)).toMatchObject({ code: 0 });
  });
});
