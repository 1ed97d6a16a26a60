import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  generateKeyPair,
  keyFingerprint,
  signAssignment,
  signKeyCertificate,
  signPolicy,
} from '@pullgate/bundle';
import type { Grant, RegistryEntry } from '@pullgate/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testDocument } from '../../test/test-document.ts';
import { toAssignmentPayload, toPolicyPayload } from '../../test/test-payloads.ts';
import { toAgentPaths } from '../config.ts';
import {
  createHost,
  createInstallPlan,
  createUninstallPlan,
  executePlan,
  type Host,
  type Plan,
} from '../install/install.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const RECORD = '/var/lib/pullgate/install/record.json';
const AGENT = '/var/lib/pullgate-agent';
const DOCKER = '/etc/docker/certs.d';
const HUB = '/etc/pullgate/trust/hub/pullgate-hub.pem';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pullgate-trust-'));
  chmodSync(root, 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const put = (path: string, content: string, mode = 0o644): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content, { mode });
};
const get = (path: string): string | undefined =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
const list = (path = ''): readonly string[] =>
  readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
/** Below the agent's directory of certificates. */
const placed = (path: string): string | undefined => get(`${AGENT}/trust/${path}`);

const recovery = generateKeyPair();
const signing = generateKeyPair();
const fingerprint = await keyFingerprint(recovery.publicKey);

const signer = async (by = recovery) => ({
  keys: await signKeyCertificate(
    { kind: 'keys', organizationId: 'org1', epoch: 1, issuedAt: 1, signingKey: { ...signing.publicKey } },
    by.privateKey,
  ),
  signingKey: signing.privateKey,
});

function enrol(): void {
  put(
    '/etc/pullgate/agent.json',
    JSON.stringify({
      version: 1,
      server: 'https://pullgate.acme.example',
      organization: { id: 'org1', slug: 'acme', name: 'Acme' },
      machine: { id: 'm1', name: 'dev-1' },
      recoveryKey: recovery.publicKey,
      fingerprint,
    }),
  );
  mkdirSync(join(root, AGENT), { recursive: true });
}

/** Leaves a policy where the agent keeps it: these registries may be pulled from, and not pushed to. */
async function publish(revision: number, registries: readonly string[], by = recovery): Promise<void> {
  await publishEntries(
    revision,
    registries.map((registry, at) => ({ id: `e${at}`, registry, allow: ['pull'] })),
    by,
  );
}

async function publishEntries(
  revision: number,
  entries: readonly RegistryEntry[],
  by = recovery,
): Promise<void> {
  const document = { ...testDocument, registries: [...entries] };
  const payload = toPolicyPayload({ revision, issuedAt: NOW, document });
  const { keys, payload: signed } = await signPolicy(payload, await signer(by));
  put(`${AGENT}/policy.bundle.json`, JSON.stringify({ takenAt: NOW, keys, payload: signed }));
}

async function assign(grants: readonly Grant[]): Promise<void> {
  const { keys, payload } = await signAssignment(toAssignmentPayload({ grants }), await signer());
  put(`${AGENT}/assignment.bundle.json`, JSON.stringify({ takenAt: NOW, keys, payload }));
}

function createTestHost(overrides: Partial<Host> = {}): Host {
  return {
    ...createHost(root),
    isRoot: true,
    run: () => ({ status: 127, stdout: '', stderr: '' }),
    ...overrides,
  };
}

const plan = (options: { readonly now?: number; readonly dataDir?: string } = {}, host = createTestHost()) =>
  createInstallPlan(host, {
    only: ['trust'],
    proxyUrl: 'http://127.0.0.1:7081',
    isRestartWanted: true,
    binPath: '/opt/pullgate/bin/pullgate',
    now: NOW,
    ...options,
  });

async function trust(options: Parameters<typeof plan>[0] = {}, host = createTestHost()): Promise<Plan> {
  const made = await plan(options, host);
  executePlan(host, made, () => undefined);
  return made;
}

function uninstall(): void {
  const host = createTestHost();
  executePlan(host, createUninstallPlan(host, { isRestartWanted: true }), () => undefined);
}

/** The leaf that the gateway shows is signed by what engines trust, and its key is there. */
function expectInPlace(host: string, directory = DOCKER): void {
  const name = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const leaf = new X509Certificate(placed(`${name}/leaf.pem`) ?? '');
  const authority = new X509Certificate(get(`${directory}/${host}/pullgate.crt`) ?? '');
  expect(leaf.verify(authority.publicKey)).toBe(true);
  expect(leaf.checkPrivateKey(createPrivateKey(placed(`${name}/key.pem`) ?? ''))).toBe(true);
}

describe('trust for inspected registries', () => {
  it('gives the agent a leaf and engines its authority, for the registries that the policy wants inspected', async () => {
    enrol();
    await publish(1, ['registry.acme.example:5000', 'ghcr.io']);
    await trust();
    expect(list('/etc/docker')).toEqual([
      `${DOCKER}/docker.io/pullgate.crt`,
      `${DOCKER}/ghcr.io/pullgate.crt`,
      `${DOCKER}/registry.acme.example:5000/pullgate.crt`,
    ]);
    expect(list(`${AGENT}/trust`).map((path) => path.slice(`${AGENT}/trust/`.length))).toEqual([
      'ghcr.io/key.pem',
      'ghcr.io/leaf.pem',
      'registry.acme.example:5000/key.pem',
      'registry.acme.example:5000/leaf.pem',
    ]);
    for (const host of ['registry.acme.example:5000', 'ghcr.io']) expectInPlace(host);
    expect(statSync(join(root, `${AGENT}/trust/ghcr.io/key.pem`)).mode & 0o777).toBe(0o600);
  });

  it('signs for Docker Hub with the one key that is kept, for root alone', async () => {
    enrol();
    await publish(1, ['docker.io']);
    await trust();
    expectInPlace('docker.io');
    expect(get(HUB)).toBe(get(`${DOCKER}/docker.io/pullgate.crt`));
    const names = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];
    expect(readdirSync(join(root, AGENT, 'trust')).sort()).toEqual(names);
    expect(new Set(names.map((name) => placed(`${name}/leaf.pem`))).size).toBe(1);
    const authority = new X509Certificate(get(HUB) ?? '');
    const key = get('/var/lib/pullgate/trust/hub-key.pem') ?? '';
    expect(authority.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(statSync(join(root, '/var/lib/pullgate/trust/hub-key.pem')).mode & 0o777).toBe(0o600);
    expect(list('/var/lib/pullgate').filter((path) => path.endsWith('key.pem'))).toHaveLength(1);
  });

  it('prepares Docker Hub alone before there is a policy', async () => {
    const first = await trust();
    expect(first.notes.join()).toContain('not enrolled yet');
    const authority = get(HUB);
    expect(list('/etc')).toEqual([`${DOCKER}/docker.io/pullgate.crt`, HUB]);
    enrol();
    expect((await plan()).notes.join()).toContain('has no policy yet');
    await publish(1, ['docker.io']);
    await trust();
    expect(get(HUB)).toBe(authority);
    expectInPlace('docker.io');
  });

  it('does nothing the second time, also when the same policy was signed anew', async () => {
    enrol();
    await publish(1, ['ghcr.io', 'docker.io']);
    await trust();
    expect((await plan()).steps).toEqual([]);
    await publish(1, ['ghcr.io', 'docker.io']);
    expect((await plan()).steps).toEqual([]);
  });

  it('takes away what is not inspected any more, the directories too', async () => {
    enrol();
    await publish(1, ['ghcr.io', 'quay.example']);
    put('/etc/containerd/config.toml', '');
    await trust();
    await publish(2, ['quay.example']);
    const { steps } = await trust();
    expect(steps.find(({ kind }) => kind === 'take')).toMatchObject({
      path: `${AGENT}/trust/ghcr.io/key.pem`,
    });
    for (const gone of [`${AGENT}/trust/ghcr.io`, `${DOCKER}/ghcr.io`, '/etc/containerd/certs.d/ghcr.io']) {
      expect(existsSync(join(root, gone)), gone).toBe(false);
    }
    expectInPlace('quay.example');
  });

  it('makes leaf, key and authority anew when a third of their life is left, and keeps the former authority', async () => {
    enrol();
    await publish(1, ['ghcr.io']);
    await trust();
    const before = { leaf: placed('ghcr.io/leaf.pem'), ca: get(`${DOCKER}/ghcr.io/pullgate.crt`) ?? '' };
    expect((await plan({ now: NOW + 59 * DAY_MS })).steps).toEqual([]);
    const { steps } = await trust({ now: NOW + 61 * DAY_MS });
    expect(steps.map((step) => 'path' in step && step.path.replace(`${AGENT}/trust/`, ''))).toEqual([
      `${DOCKER}/ghcr.io/pullgate.crt`,
      'ghcr.io/key.pem',
      'ghcr.io/leaf.pem',
    ]);
    expect(placed('ghcr.io/leaf.pem')).not.toBe(before.leaf);
    expect(get(`${DOCKER}/ghcr.io/pullgate.crt`)?.endsWith(before.ca)).toBe(true);
    expectInPlace('ghcr.io');
    await trust({ now: NOW + 130 * DAY_MS });
    expect(get(`${DOCKER}/ghcr.io/pullgate.crt`)?.match(/BEGIN/g)).toHaveLength(2);
    expect((await plan({ now: NOW + 130 * DAY_MS })).steps).toEqual([]);
  });

  it.each(['leaf.pem', 'key.pem'])('replaces a pair of which somebody changed %s', async (name) => {
    enrol();
    await publish(1, ['ghcr.io']);
    await trust();
    put(
      `${AGENT}/trust/ghcr.io/${name}`,
      placed(`ghcr.io/${name === 'key.pem' ? 'leaf.pem' : 'key.pem'}`) ?? '',
    );
    await trust();
    expectInPlace('ghcr.io');
  });

  it('copies what engines know of the registry itself, without what is ours', async () => {
    enrol();
    await publish(1, ['ghcr.io']);
    put(`${DOCKER}/ghcr.io/own.crt`, 'OWN\n');
    put('/etc/containers/certs.d/ghcr.io:443/other.crt', 'OTHER');
    put(`${DOCKER}/ghcr.io/me.cert`, 'CERT\n');
    put(`${DOCKER}/ghcr.io/me.key`, 'KEY\n', 0o600);
    const made = await trust();
    await trust();
    expect(placed('ghcr.io/upstream-ca.pem')).toBe('OWN\nOTHER\n');
    expect([placed('ghcr.io/client.pem'), placed('ghcr.io/client-key.pem')]).toEqual(['CERT\n', 'KEY\n']);
    expect(made.steps.filter(({ kind }) => kind === 'write').length).toBeGreaterThan(0);
    for (const name of ['own.crt', 'me.cert', 'me.key']) rmSync(join(root, `${DOCKER}/ghcr.io/${name}`));
    const { steps } = await trust();
    // the gateway reads all of them again when the leaf is another file
    expect(steps.findLast(({ kind }) => kind !== 'forget')).toMatchObject({
      kind: 'place',
      path: `${AGENT}/trust/ghcr.io/leaf.pem`,
    });
    expect(placed('ghcr.io/upstream-ca.pem')).toBe('OTHER\n');
    expect(placed('ghcr.io/client-key.pem')).toBeUndefined();
    expect(placed('ghcr.io/key.pem')).toBeDefined();
  });

  it('tells containerd, and keeps what others have told it', async () => {
    enrol();
    await publish(1, ['ghcr.io', 'docker.io', 'quay.example']);
    put('/etc/containerd/config.toml', '');
    put('/etc/containerd/certs.d/quay.example/hosts.toml', 'server = "https://mirror.example"\n');
    const { notes } = await trust();
    expect(get('/etc/containerd/certs.d/ghcr.io/hosts.toml')).toContain(
      `ca = "${DOCKER}/ghcr.io/pullgate.crt"`,
    );
    expect(get('/etc/containerd/certs.d/docker.io/hosts.toml')).toContain('"https://registry-1.docker.io"');
    expect(get('/etc/containerd/certs.d/quay.example/hosts.toml')).toContain('mirror.example');
    expect(notes.join()).toContain('/etc/containerd/certs.d/quay.example/hosts.toml is kept');
    expect((await plan()).steps).toEqual([]);
  });

  it('hides no default of containerd behind a directory of its own', async () => {
    enrol();
    await publish(1, ['ghcr.io']);
    put('/etc/containerd/certs.d/_default/hosts.toml', '[host."https://mirror.example"]\n');
    const { notes } = await trust();
    expect(existsSync(join(root, '/etc/containerd/certs.d/ghcr.io'))).toBe(false);
    expect(notes.join()).toContain('_default/hosts.toml is kept');
  });

  it.each<[string, readonly string[], boolean]>([
    ['Podman without Docker', ['/usr/bin/podman'], true],
    ['Skopeo beside Docker', ['/usr/bin/skopeo', '/usr/bin/dockerd'], false],
    [
      'a directory that Podman reads instead',
      ['/usr/bin/dockerd', '/etc/containers/certs.d/ghcr.io/x.crt'],
      true,
    ],
  ])('with %s', async (_, files, isWritten) => {
    enrol();
    await publish(1, ['ghcr.io']);
    for (const path of files) put(path, '');
    await trust();
    expectInPlace('ghcr.io');
    expect(get('/etc/containers/certs.d/ghcr.io/pullgate.crt') !== undefined).toBe(isWritten);
    expect((await plan()).steps).toEqual([]);
  });

  it('inspects for grants that are in force', async () => {
    enrol();
    await publish(1, []);
    const grant = { id: 'g1', registry: 'ghcr.io', actions: ['pull' as const], expiresAt: NOW + DAY_MS };
    await assign([grant, { ...grant, id: 'g2', registry: 'old.example', expiresAt: NOW - 1 }]);
    await trust();
    expect(readdirSync(join(root, DOCKER))).toEqual(['docker.io', 'ghcr.io']);
    await trust({ now: NOW + 2 * DAY_MS });
    expect(readdirSync(join(root, DOCKER))).toEqual(['docker.io']);
  });
});

describe('mirrors of the policy', () => {
  const DAEMON = '/etc/docker/daemon.json';
  const HOSTS = '/etc/containerd/certs.d/docker.io/hosts.toml';
  const PODMAN = '/etc/containers/registries.conf.d/zz-pullgate.conf';
  const blocked: RegistryEntry = { id: 'hub', registry: 'docker.io', allow: [] };
  const mirror: RegistryEntry = {
    id: 'mirror',
    registry: 'm.example',
    allow: ['pull'],
    mirrorOf: { registry: 'docker.io' },
  };
  const paths = [DAEMON, HOSTS, PODMAN];

  async function arrange(...entries: readonly RegistryEntry[]): Promise<void> {
    enrol();
    for (const path of ['/usr/bin/dockerd', '/etc/containerd/config.toml', '/etc/containers/policy.json'])
      put(path, '');
    await publishEntries(1, entries);
  }

  it('are told to every engine that is here, with the certificate of the gateway, once', async () => {
    await arrange(blocked, mirror);
    await trust();
    expect(JSON.parse(get(DAEMON) ?? '')).toEqual({ 'registry-mirrors': ['https://m.example'] });
    expect(get(HOSTS)).toContain('server = "https://m.example"');
    expect(get(HOSTS)).toContain(`ca = "${DOCKER}/m.example/pullgate.crt"`);
    expect(get(PODMAN)).toContain('prefix = "docker.io"\nlocation = "m.example"');
    expect((await plan()).steps).toEqual([]);
  });

  it('bring the authorities that engines have of a mirror that is not inspected', async () => {
    await arrange(blocked, { ...mirror, allow: ['pull', 'push', 'delete', 'catalog'] });
    put(`${DOCKER}/m.example/own.crt`, 'OWN\n');
    await trust();
    expect(get(HOSTS)).toContain(`ca = "${DOCKER}/m.example/own.crt"`);
  });

  it('are told to no engine that is not here', async () => {
    enrol();
    await publishEntries(1, [blocked, mirror]);
    await trust();
    expect(paths.map(get)).toEqual([undefined, undefined, undefined]);
  });

  it('go with the policy that named them, and by uninstalling', async () => {
    await arrange(blocked, mirror);
    put(DAEMON, '{ "debug": true }');
    const before = list('/etc');
    await trust();
    await publishEntries(2, [blocked]);
    await trust();
    expect(paths.map(get)).toEqual(['{ "debug": true }', undefined, undefined]);
    await publishEntries(3, [blocked, mirror]);
    await trust();
    uninstall();
    expect(get(DAEMON)).toBe('{ "debug": true }');
    expect(list('/etc')).toEqual(before);
  });

  it('stay while the policy cannot be believed', async () => {
    await arrange(blocked, mirror);
    await trust();
    const before = paths.map(get);
    await publishEntries(2, [blocked], generateKeyPair());
    expect((await trust()).notes.join()).toContain('is not believed');
    expect(paths.map(get)).toEqual(before);
  });

  it.each([
    [HOSTS, 'server = "https://other.example"\n'],
    ['/etc/containerd/certs.d/_default/hosts.toml', '[host."https://other.example"]\n'],
    ['/etc/containers/registries.conf', '[[registry]]\nlocation = "docker.io"\n'],
    ['/etc/containers/registries.conf.d/own.conf', '[registries.search]\nregistries = []\n'],
    [DAEMON, '{"registry-mirrors": ["https://other.example"'],
  ])('leave %s to whoever wrote it, and say so', async (path, text) => {
    await arrange(blocked, mirror);
    put(path, text);
    const { notes } = await trust();
    expect(get(path)).toBe(text);
    expect(notes.join()).toContain(path);
    expect((await plan()).steps).toEqual([]);
  });

  it('look up short names where nobody else says where', async () => {
    await arrange(blocked, mirror);
    put('/etc/containers/registries.conf', 'unqualified-search-registries = ["quay.io"]\n');
    await trust();
    expect(get(PODMAN)).not.toContain('unqualified');
  });
});

describe('what root believes', () => {
  it('is no policy that another key has signed; what was inspected stays so', async () => {
    enrol();
    await publish(1, ['ghcr.io']);
    await trust();
    await publish(2, ['evil.example'], generateKeyPair());
    const made = await plan();
    expect(made.steps).toEqual([]);
    expect(made.notes.join()).toContain('is not believed');
  });

  it('is no policy that is older than one it has seen', async () => {
    enrol();
    await publish(1, ['old.example']);
    await trust();
    const old = get(`${AGENT}/policy.bundle.json`) ?? '';
    await publish(2, ['ghcr.io']);
    await trust();
    put(`${AGENT}/policy.bundle.json`, old);
    const made = await plan();
    expect(made.steps).toEqual([]);
    expect(made.notes.join()).toContain('expected 2 or later');
  });

  it.each([
    ['no JSON', '{'],
    ['another shape', '{"hosts":["evil.example"]}'],
  ])('is no file with %s', async (_, text) => {
    enrol();
    put(`${AGENT}/policy.bundle.json`, text);
    expect((await trust()).notes.join()).toContain('the stored policy cannot be read');
    expect(readdirSync(join(root, DOCKER))).toEqual(['docker.io']);
  });

  it('is no agent.json that others can write', async () => {
    enrol();
    chmodSync(join(root, '/etc/pullgate/agent.json'), 0o666);
    await expect(plan()).rejects.toMatchObject({ code: 'AGENT_CONFIG_EXPOSED' });
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is no agent.json of another account, save below its own directory',
    async () => {
      enrol();
      await publish(1, ['ghcr.io']);
      chownSync(join(root, '/etc/pullgate/agent.json'), 65_534, 65_534);
      await expect(plan()).rejects.toMatchObject({ code: 'AGENT_CONFIG_EXPOSED' });
      const dataDir = '/home/dev/state/agent';
      put(`${dataDir}/agent.json`, get('/etc/pullgate/agent.json') ?? '');
      put(`${dataDir}/policy.bundle.json`, get(`${AGENT}/policy.bundle.json`) ?? '');
      for (const path of ['', '/agent.json', '/policy.bundle.json']) {
        chownSync(join(root, dataDir, path), 65_534, 65_534);
      }
      await trust({ dataDir });
      const key = statSync(join(root, `${dataDir}/trust/ghcr.io/key.pem`));
      expect([key.uid, key.gid, key.mode & 0o777]).toEqual([65_534, 65_534, 0o600]);
      expect(statSync(join(root, `${DOCKER}/ghcr.io/pullgate.crt`)).uid).toBe(0);
    },
  );
});

describe('an agent that was taken over', () => {
  const isRoot = process.getuid?.() === 0;
  const give = (path: string): void => chownSync(join(root, path), 65_534, 65_534);

  it.skipIf(!isRoot)('cannot lead root elsewhere by links in its directory', async () => {
    enrol();
    await publish(1, ['ghcr.io']);
    mkdirSync(join(root, '/etc/private'), { mode: 0o755 });
    put('/etc/private/shadow', 'secret\n', 0o600);
    symlinkSync(join(root, '/etc/private'), join(root, `${AGENT}/trust`));
    for (const path of [AGENT, `${AGENT}/policy.bundle.json`]) give(path);
    await expect(trust()).rejects.toMatchObject({ code: 'INSTALL_WRITE_FAILED' });
    expect(list('/etc/private')).toEqual(['/etc/private/shadow']);
  });

  it.skipIf(!isRoot)('cannot have root read what it may not read itself', async () => {
    enrol();
    put('/etc/private/shadow', 'secret\n', 0o600);
    symlinkSync(join(root, '/etc/private/shadow'), join(root, `${AGENT}/policy.bundle.json`));
    give(AGENT);
    const made = await plan();
    expect(made.notes.join()).toContain('has no policy yet');
    expect(JSON.stringify(made)).not.toContain('secret');
  });
});

describe('secrets', () => {
  it('stand neither in the plan nor in the record', async () => {
    enrol();
    await publish(1, ['ghcr.io', 'docker.io']);
    put(`${DOCKER}/ghcr.io/me.cert`, 'CERT\n');
    put(`${DOCKER}/ghcr.io/me.key`, 'CLIENT KEY\n', 0o600);
    await trust();
    await trust({ now: NOW + 61 * DAY_MS });
    const kept = list('/var/lib/pullgate/install')
      .map((path) => get(path) ?? '')
      .join();
    const keys = [
      placed('ghcr.io/key.pem'),
      placed('registry-1.docker.io/key.pem'),
      get('/var/lib/pullgate/trust/hub-key.pem'),
    ];
    for (const key of keys) expect(kept).not.toContain((key ?? '').split('\n')[1]);
    expect(kept).not.toMatch(/PRIVATE KEY|CLIENT KEY/);
    expect(get(RECORD)).toContain('ghcr.io/key.pem');
  });
});

describe('uninstall', () => {
  it('takes everything back and leaves what others have', async () => {
    enrol();
    await publish(1, ['ghcr.io', 'docker.io']);
    put('/etc/containerd/config.toml', '');
    put(`${DOCKER}/ghcr.io/own.crt`, 'OWN\n');
    put(`${DOCKER}/docker.io/pullgate.crt`, 'of somebody else\n');
    const before = list();
    await trust();
    await publish(2, ['docker.io', 'quay.example']);
    await trust({ now: NOW + 61 * DAY_MS });
    uninstall();
    expect(list()).toEqual(before);
    expect(get(`${DOCKER}/docker.io/pullgate.crt`)).toBe('of somebody else\n');
    for (const gone of [`${AGENT}/trust`, '/etc/pullgate/trust', '/etc/containerd/certs.d']) {
      expect(existsSync(join(root, gone)), gone).toBe(false);
    }
  });

  it('leaves no directory of a machine without an agent', async () => {
    await trust();
    uninstall();
    expect(existsSync(join(root, '/etc/pullgate'))).toBe(false);
    expect(list()).toEqual([]);
  });

  it('finishes what was cut off', async () => {
    enrol();
    await publish(1, ['ghcr.io']);
    const honest = createTestHost();
    for (let limit = 1; limit < 16; limit += 1) {
      let writes = 0;
      const store: Host['store'] = (path, text, mode) => {
        writes += 1;
        if (writes > limit) throw new Error('power cut');
        honest.store(path, text, mode);
      };
      await trust({}, createTestHost({ store })).catch(() => undefined);
      if (limit % 2 === 0) {
        await trust();
        expectInPlace('ghcr.io');
      }
      uninstall();
      expect(list()).toEqual(['/etc/pullgate/agent.json', `${AGENT}/policy.bundle.json`]);
    }
  });
});

it('keeps the paths of the gateway where the agent looks for them', () => {
  expect(toAgentPaths().trustDir).toBe(`${AGENT}/trust`);
});
