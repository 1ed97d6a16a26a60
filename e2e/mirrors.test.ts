/**
 * "Docker Hub only through registry.acme.example": an owner's commands and `pullgate agent install` lead Docker, Podman, Buildah,
 * Skopeo and containerd to the mirror, denials of Hub hold through it, and Hub itself is reached by none of them. Docker Hub is a
 * stand-in registry under its names.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthority, issueCertificate } from './lab/certificates.ts';
import {
  configureEngines,
  restartDockerService,
  startContainerd,
  startDockerService,
  toProxyEnv,
  waitForDocker,
} from './lab/engines.ts';
import { listEtc } from './lab/etc.ts';
import { buildImage, pushImage } from './lab/image.ts';
import { createLab, type Lab, trustCertificate } from './lab/lab.ts';
import { leave } from './lab/leftovers.ts';
import type { LabProcess } from './lab/process.ts';
import { Pullgate } from './lab/pullgate.ts';
import { startRegistry } from './lab/registry.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';
import { expectGolden, toTranscript } from './lab/transcript.ts';

const obstacle = findObstacle();

const MIRROR = 'registry.acme.example';
const HUB = 'registry-1.docker.io';
const HUB_NAMES = [HUB, 'index.docker.io', 'docker.io', 'registry.hub.docker.com'];
const ADDRESSES: Readonly<Record<string, string>> = {
  [MIRROR]: '10.77.0.30',
  ...Object.fromEntries(HUB_NAMES.map((name) => [name, '10.77.0.31'])),
};
const AGENT_DIR = '/var/lib/pullgate-up/agent';
const GUIDE = join(import.meta.dirname, '../docs/guides/mirrors.md');

/** The administrator's own, which stays. */
const DAEMON_JSON = '{\n\t"log-level":   "warn",\n\t"registry-mirrors": ["https://other.example"] }';

const DENIAL =
  '  - { id: centos, registry: docker.io, repositories: [library/centos], because: "End of life." }';

const toPolicy = (mirror: string, deny = `deny:\n${DENIAL}\n`): string => `version: 1
organization: acme
mode: { default: enforce }
contact: { message: "Ask in #platform" }
registries:
  - { id: hub, registry: docker.io, allow: [] }
  - { id: mirror, registry: ${MIRROR}, allow: [pull], ${mirror} }
${deny}`;

interface Engine {
  readonly name: string;
  /** As people type it. */
  pull(image: string): readonly string[];
  readonly isProxyGiven: boolean;
  /** Whether a prefix below the mirror is within its reach. */
  readonly knowsPrefix: boolean;
}

const ENGINES: readonly Engine[] = [
  { name: 'docker', pull: (image) => ['docker', 'pull', image], isProxyGiven: false, knowsPrefix: false },
  { name: 'podman', pull: (image) => ['podman', 'pull', image], isProxyGiven: true, knowsPrefix: true },
  { name: 'buildah', pull: (image) => ['buildah', 'pull', image], isProxyGiven: true, knowsPrefix: true },
  {
    name: 'skopeo',
    // without "--no-tags" it lists them at Docker Hub: its list knows no mirror
    pull: (image) => ['skopeo', 'inspect', '--no-tags', `docker://docker.io/library/${image}`],
    isProxyGiven: true,
    knowsPrefix: true,
  },
  {
    name: 'ctr',
    pull: (image) => [
      ...['ctr', 'images', 'pull', '--hosts-dir', '/etc/containerd/certs.d'],
      `docker.io/library/${image}`,
    ],
    isProxyGiven: true,
    knowsPrefix: true,
  },
];

describe.skipIf(obstacle !== undefined)(toTitle('Docker Hub only through a mirror', obstacle), () => {
  let lab: Lab;
  let pullgate: Pullgate;
  let hub: LabProcess;
  let before: readonly string[];

  const run = ({ isProxyGiven }: Engine, argv: readonly string[]) =>
    lab.run(argv, { env: isProxyGiven ? toProxyEnv(pullgate.proxy) : {} });
  const build = (from: string, DOCKER_BUILDKIT = '1') =>
    lab.run(['docker', 'build', '--no-cache', '--pull', '-'], {
      env: { DOCKER_BUILDKIT },
      input: `FROM ${from}\n`,
    });
  const reload = () => lab.must(['sh', '-c', 'kill -HUP "$(cat /run/docker.pid)"']);
  const waitForMirrors = (expected: string) =>
    vi.waitFor(async () => {
      const mirrors = await lab.must(['docker', 'info', '--format', '{{.RegistryConfig.Mirrors}}']);
      expect(mirrors).toBe(expected);
    });
  const installTrust = () =>
    pullgate.must('agent', 'install', '--only', 'trust', '--data-dir', AGENT_DIR, '--yes');

  beforeAll(async () => {
    lab = await createLab(ADDRESSES);
    const authority = createAuthority(join(lab.dir, 'certificates'));
    trustCertificate(lab, authority.pem);
    const certificate = issueCertificate(authority, [MIRROR, ...HUB_NAMES]);
    configureEngines(lab);
    [, hub] = await Promise.all([
      startRegistry(lab, { name: MIRROR, address: ADDRESSES[MIRROR] ?? '', certificate }),
      startRegistry(lab, { name: HUB, address: ADDRESSES[HUB] ?? '', certificate }),
    ]);
    const image = buildImage(lab, 'app');
    const onHub = buildImage(lab, 'hub', { labels: { from: 'hub' } });
    for (const name of ['alpine:3', 'centos:7']) {
      await pushImage(lab, image, `${MIRROR}/library/${name}`);
      await pushImage(lab, image, `${MIRROR}/hub/library/${name}`);
      await pushImage(lab, onHub, `docker.io/library/${name}`);
    }
    await pushImage(lab, onHub, 'docker.io/library/rare:1');
    writeFileSync(lab.path('/etc/docker/daemon.json'), DAEMON_JSON);
    pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
    await Promise.all([startContainerd(lab), pullgate.up()]);
    await startDockerService(lab);
    await waitForDocker(lab);
    before = await listEtc(lab);
  });

  afterAll(() => leave(lab));

  it('needs a Docker Hub that would serve everything', async () => {
    const seen = hub.output;
    await lab.must(['docker', 'pull', 'rare:1']);
    await vi.waitFor(() => expect(hub.output.length).toBeGreaterThan(seen.length));
    await lab.must(['docker', 'image', 'rm', 'rare:1']);
  });

  it('is what the owner says in three commands', async () => {
    const commands = [
      ['registry', 'edit', 'docker.io', '--access', 'none'],
      ['registry', 'add', MIRROR, '--access', 'pull', '--mirror-of', 'docker.io'],
      ['policy', 'apply', '--yes'],
    ];
    let transcript = '';
    for (const command of commands) {
      const outcome = await pullgate.run(...command);
      expect(outcome.code, outcome.output).toBe(0);
      transcript += toTranscript(['pullgate', ...command], outcome);
    }
    expectGolden('mirrors/owner', transcript.replace(/\d+\.\d+ s/g, '<n> s'));
  });

  it('is told to the engines by the installation, beside what others have told them', async () => {
    await pullgate.publish(toPolicy('mirrorOf: { registry: docker.io }'));
    const out = await pullgate.must('agent', 'install', '--data-dir', AGENT_DIR, '--yes');
    expect(out).toContain('kept behind the mirror of the policy: https://other.example');
    await restartDockerService(lab);
    const mirrors = await lab.must(['docker', 'info', '--format', '{{.RegistryConfig.Mirrors}}']);
    expect(mirrors).toBe(`[https://${MIRROR}/ https://other.example/]`);
    expect(await installTrust()).toContain('nothing to do');
  });

  describe.each(ENGINES)('$name', (engine) => {
    let seen = '';
    beforeEach(() => {
      seen = hub.output;
    });

    it('pulls through the mirror, and asks Docker Hub for nothing', async () => {
      const outcome = await run(engine, engine.pull('alpine:3'));
      expect(outcome.code, outcome.output).toBe(0);
      expect(hub.output).toBe(seen);
    });

    it('is denied what a rule on Docker Hub denies', async () => {
      const outcome = await run(engine, engine.pull('centos:7'));
      expect(outcome.code, outcome.output).not.toBe(0);
      expectGolden(`mirrors/${engine.name}-centos`, toTranscript(engine.pull('centos:7'), outcome));
      expect(hub.output).toBe(seen);
    });

    it('gets nothing that only Docker Hub has', async () => {
      const outcome = await run(engine, engine.pull('rare:1'));
      expect(outcome.code, outcome.output).not.toBe(0);
      expectGolden(`mirrors/${engine.name}-rare`, toTranscript(engine.pull('rare:1'), outcome));
      expect(hub.output).toBe(seen);
    });
  });

  it('holds for builds', async () => {
    const seen = hub.output;
    const built = await build('alpine:3');
    expect(built.code, built.output).toBe(0);
    expect((await build('centos:7')).code).not.toBe(0);
    expect(hub.output).toBe(seen);
  });

  it('refuses Docker Hub itself with the sentence', async () => {
    const { output, code } = await lab.run(['curl', '-sv', '-o', '/dev/null', `https://${HUB}/v2/`], {
      env: { https_proxy: pullgate.proxy },
    });
    expect(code).not.toBe(0);
    expect(output).toContain('acme does not allow docker.io (blocked by rule hub');
  });

  it('records a denial under the rule of Docker Hub', async () => {
    const { items } = await pullgate.json<{ items: readonly { ruleId?: string; registry?: string }[] }>(
      'decision',
      'list',
      '--denied',
    );
    expect(items).toContainEqual(expect.objectContaining({ ruleId: 'centos', registry: MIRROR }));
  });

  it('knows a prefix where engines do, and says where they do not', async () => {
    await pullgate.publish(toPolicy('mirrorOf: { registry: docker.io, prefix: hub/ }'));
    expect(await installTrust()).toContain('Docker asks no mirror below a prefix');
    for (const engine of ENGINES.filter(({ knowsPrefix }) => knowsPrefix)) {
      const allowed = await run(engine, engine.pull('alpine:3'));
      expect(allowed.code, allowed.output).toBe(0);
      const denied = await run(engine, engine.pull('centos:7'));
      expect(denied.code, denied.output).not.toBe(0);
    }
  });

  it('is taken from a running dockerd, and given to it again, by a signal', async () => {
    await reload();
    await waitForMirrors('[https://other.example/]');
    await pullgate.publish(toPolicy('mirrorOf: { registry: docker.io }'));
    expect(await installTrust()).toContain('kill -HUP');
    await reload();
    await waitForMirrors(`[https://${MIRROR}/ https://other.example/]`);
    const seen = hub.output;
    for (const builder of ['0', '1']) {
      const outcome = await build('alpine:3', builder);
      expect(outcome.code, outcome.output).toBe(0);
    }
    expect(hub.output).toBe(seen);
  });

  it('gives every byte back on uninstall', async () => {
    await pullgate.must('agent', 'uninstall', '--yes');
    await restartDockerService(lab);
    expect(await listEtc(lab)).toEqual(before);
    expect(readFileSync(lab.path('/etc/docker/daemon.json'), 'utf8')).toBe(DAEMON_JSON);
  });
});

describe('the guide', () => {
  it.each(['mirrors/owner', 'mirrors/docker-centos', 'mirrors/podman-centos', 'mirrors/ctr-centos'])(
    'shows %s as it was',
    (name) => {
      const golden = readFileSync(join(import.meta.dirname, `golden/${name}.txt`), 'utf8');
      const shown = golden
        .replace(/^exit \d+\n/gm, '')
        // Podman tells of each of its attempts
        .replace(/^time="<time>" .*\n/gm, '')
        .replaceAll('r<n>', 'r7')
        .replaceAll('<n> s', '0.1 s');
      expect(readFileSync(GUIDE, 'utf8')).toContain(shown);
    },
  );
});
