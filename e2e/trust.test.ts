/**
 * Engines and the certificates of inspection: what `pullgate agent install --only trust` prepares from a published policy is
 * accepted by real engines from a server that stands in the gateway's place, and what lies beyond its constraints is refused.
 */

import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Authority,
  createAuthority,
  issueLeaf,
  type TrustNames,
} from '../apps/agent/src/trust/certificates.ts';
import type { Certificate } from './lab/certificates.ts';
import { configureEngines, startContainerd, startDockerd } from './lab/engines.ts';
import { createGuest, findNewerRoot } from './lab/guest.ts';
import { buildImage, type Image, pushImage } from './lab/image.ts';
import { createLab, type Lab } from './lab/lab.ts';
import { leave } from './lab/leftovers.ts';
import { Pullgate } from './lab/pullgate.ts';
import { startRegistry } from './lab/registry.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';

const obstacle = findObstacle();
const newer = obstacle === undefined ? findNewerRoot() : {};

/** Inspected, as the policy says: pull and no push. */
const INSPECTED = 'inspected.example';
/** Shows a leaf that the authority of INSPECTED has signed beyond its constraint. */
const BEYOND = 'beyond.example';
/** Shows a leaf that the authority of Docker Hub has signed beyond its constraint. */
const BEYOND_HUB = 'beyond-hub.example';
const HUB = 'registry-1.docker.io';
const ADDRESSES = {
  [INSPECTED]: '10.77.0.20',
  [BEYOND]: '10.77.0.21',
  [BEYOND_HUB]: '10.77.0.22',
  [HUB]: '10.77.0.23',
  'index.docker.io': '10.77.0.23',
  'docker.io': '10.77.0.23',
};
const HUB_NAMES = ['docker.io', 'index.docker.io', HUB, 'registry.hub.docker.com'];
const AGENT_DIR = '/var/lib/pullgate-up/agent';
const HUB_IMAGE = 'library/app:1';
const VIOLATION = /not permitted by any constraint|excluded by constraint|is not authorized to sign/;

const POLICY = `version: 1
organization: acme
mode: { default: enforce }
registries:
  - { id: inspected, registry: ${INSPECTED}, allow: [pull] }
  - { id: hub, registry: docker.io, allow: [pull] }
`;

/** As `agent install` tells dockerd. */
const HUB_ENVIRONMENT = { SSL_CERT_DIR: '/etc/ssl/certs:/etc/pullgate/trust/hub' };

type ToCommand = (reference: string) => readonly string[];

const ENGINES: readonly [engine: string, argv: ToCommand][] = [
  ['docker', (reference) => ['docker', 'pull', reference]],
  ['podman', (reference) => ['podman', 'pull', reference]],
  ['buildah', (reference) => ['buildah', 'pull', reference]],
  ['skopeo', (reference) => ['skopeo', 'inspect', `docker://${reference}`]],
  [
    'containerd',
    (reference) => ['ctr', 'images', 'pull', '--hosts-dir', '/etc/containerd/certs.d', reference],
  ],
];

async function expectConstrained(machine: Lab, engine: string, argv: ToCommand): Promise<void> {
  for (const reference of [`${INSPECTED}/team/app:1`, `docker.io/${HUB_IMAGE}`]) {
    const outcome = await machine.run(argv(reference));
    expect(outcome.code, `${engine} ${reference}: ${outcome.output}`).toBe(0);
  }
  for (const registry of [BEYOND, BEYOND_HUB]) {
    const outcome = await machine.run(argv(`${registry}/team/app:1`));
    expect(outcome.code, `${engine} ${registry}`).not.toBe(0);
    expect(outcome.output).toMatch(registry === BEYOND ? VIOLATION : /x509: /);
  }
}

describe.skipIf(obstacle !== undefined)(toTitle('trust of engines in the gateway', obstacle), () => {
  let lab: Lab;
  let pullgate: Pullgate;
  let image: Image;

  const trust = () => pullgate.must('agent', 'install', '--only', 'trust', '--data-dir', AGENT_DIR, '--yes');

  beforeAll(async () => {
    lab = await createLab(ADDRESSES);
    configureEngines(lab);
    pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7081 });
    await pullgate.up();
    await pullgate.publish(POLICY);
    await trust();
    image = buildImage(lab, 'app');
    const address = (name: keyof typeof ADDRESSES) => ({ name, address: ADDRESSES[name] });
    await Promise.all([
      startRegistry(lab, { ...address(INSPECTED), certificate: findLeaf(lab, INSPECTED) }),
      startRegistry(lab, { ...address(HUB), certificate: findLeaf(lab, HUB) }),
      startRegistry(lab, {
        ...address(BEYOND),
        certificate: signBeyond(lab, BEYOND, makeAuthority(lab, BEYOND)),
      }),
      startRegistry(lab, { ...address(BEYOND_HUB), certificate: signBeyond(lab, BEYOND_HUB, loadHub(lab)) }),
      startContainerd(lab).then(() => startDockerd(lab, HUB_ENVIRONMENT)),
    ]);
    await pushImage(lab, image, `${INSPECTED}/team/app:1`);
    await pushImage(lab, image, `docker.io/${HUB_IMAGE}`);
  });

  afterAll(() => leave(lab));

  it('is prepared from the published policy, and repeated without a change', async () => {
    expect(readdirSync(lab.path(`${AGENT_DIR}/trust`)).sort()).toEqual([...HUB_NAMES, INSPECTED].sort());
    expect(await trust()).toContain('nothing to do');
  });

  it.each(ENGINES)('%s takes the leaves, and no name beyond them', (engine, argv) =>
    expectConstrained(lab, engine, argv),
  );

  describe.skipIf(newer.dir === undefined)(toTitle('of Debian 13', newer.obstacle), () => {
    let guest: Lab;

    beforeAll(async () => {
      guest = await createGuest(lab, newer.dir ?? '', ADDRESSES);
      configureEngines(guest);
      for (const trusted of ['docker/certs.d', 'containerd/certs.d', 'pullgate/trust']) {
        cpSync(lab.path(`/etc/${trusted}`), guest.path(`/etc/${trusted}`), { recursive: true });
      }
      await startContainerd(guest);
      await startDockerd(guest, HUB_ENVIRONMENT);
    });

    it.each(ENGINES)('%s takes the leaves, and no name beyond them', (engine, argv) =>
      expectConstrained(guest, engine, argv),
    );
  });

  it('BuildKit in dockerd takes them', async () => {
    for (const reference of [`${INSPECTED}/team/app:1`, `docker.io/${HUB_IMAGE}`]) {
      const input = `FROM ${reference}\n`;
      const env = { DOCKER_BUILDKIT: '1' };
      const outcome = await lab.run(['docker', 'build', '--no-cache', '--pull', '-'], { env, input });
      expect(outcome.code, outcome.output).toBe(0);
    }
  });

  it('refuses what the authority of Docker Hub signs beyond its names, where dockerd trusts it everywhere', async () => {
    const { output } = await lab.run(['docker', 'pull', `${BEYOND_HUB}/team/app:1`]);
    expect(output).toMatch(VIOLATION);
  });

  it('is in no store of the system', async () => {
    const { output } = await lab.run([
      'openssl',
      's_client',
      '-connect',
      `${INSPECTED}:443`,
      '-verify_return_error',
    ]);
    expect(output).toContain('verify error');
  });

  it('goes with the rule that needed it', async () => {
    await pullgate.publish(
      POLICY.replace(`  - { id: inspected, registry: ${INSPECTED}, allow: [pull] }\n`, ''),
    );
    await trust();
    expect(readdirSync(lab.path(`${AGENT_DIR}/trust`)).sort()).toEqual(HUB_NAMES);
    const { output } = await lab.run(['docker', 'pull', `${INSPECTED}/team/app:1`]);
    expect(output).toContain('x509: certificate signed by unknown authority');
  });
});

/** What the gateway would show. */
function findLeaf(lab: Lab, host: string): Certificate {
  const dir = lab.path(`${AGENT_DIR}/trust/${host}`);
  return { certificatePath: join(dir, 'leaf.pem'), keyPath: join(dir, 'key.pem') };
}

const VALIDITY = { notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 86_400_000 };

const toNames = (name: string): TrustNames => ({ dns: [name], addresses: [], excludedDns: [`.${name}`] });

/** An authority for INSPECTED alone, which engines are told to trust for another registry. */
function makeAuthority(lab: Lab, trustedFor: string): Authority {
  const authority = createAuthority(INSPECTED, toNames(INSPECTED), VALIDITY);
  const dir = lab.path(`/etc/docker/certs.d/${trustedFor}`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'pullgate.crt'), authority.certificate);
  return authority;
}

function loadHub(lab: Lab): Authority {
  const load = (name: string) => readFileSync(lab.path(`/var/lib/pullgate/trust/${name}`), 'utf8');
  return { certificate: load('hub-ca.pem'), key: load('hub-key.pem') };
}

function signBeyond(lab: Lab, name: string, authority: Authority): Certificate {
  const label = authority.certificate === loadHub(lab).certificate ? 'Docker Hub' : INSPECTED;
  const leaf = issueLeaf(label, authority, toNames(name), VALIDITY);
  const [certificatePath, keyPath] = [join(lab.dir, `${name}.pem`), join(lab.dir, `${name}.key`)];
  writeFileSync(certificatePath, leaf.chain);
  writeFileSync(keyPath, leaf.key);
  return { certificatePath, keyPath };
}
