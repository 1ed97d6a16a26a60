import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENGINES_PATH, loadEngines } from '../engines/wired-engines.ts';
import {
  createHost,
  createInstallPlan,
  createUninstallPlan,
  executePlan,
  type Host,
  type Plan,
} from './install.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pullgate-install-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const DAEMON = '/etc/docker/daemon.json';
const DEFAULTS = '/etc/default/docker';
const DROP_IN = '/etc/systemd/system/docker.service.d/zz-pullgate.conf';
const UNIT = '/etc/systemd/system/pullgate-agent.service';

/** A host below the temporary root that may write there whoever runs the test, and whose commands are only remembered. */
function createTestHost(overrides: Partial<Host> = {}): Host & { readonly commands: string[] } {
  const commands: string[] = [];
  const run = (command: readonly string[]) => {
    commands.push(command.join(' '));
    return { status: command.includes('--version') ? 127 : 0, stdout: '', stderr: '' };
  };
  return { ...createHost(root), isRoot: true, run, ...overrides, commands };
}

const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const get = (path: string): string | undefined =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;

const planFor = (dockerVersion: string, host: Host = createTestHost()): Promise<Plan> =>
  createInstallPlan(host, {
    proxyUrl: 'http://127.0.0.1:7081',
    isRestartWanted: true,
    dockerVersion,
    binPath: '/opt/pullgate/bin/pullgate',
  });

async function install(dockerVersion: string, host: Host = createTestHost()): Promise<Plan> {
  const plan = await planFor(dockerVersion, host);
  executePlan(host, plan, () => undefined);
  return plan;
}

function uninstall(host: Host = createTestHost()): Plan {
  const plan = createUninstallPlan(host, { isRestartWanted: true });
  executePlan(host, plan, () => undefined);
  return plan;
}

describe('wiring dockerd 23.0 and later', () => {
  it('puts proxies into daemon.json and leaves the rest as it was', async () => {
    put(DAEMON, '{\n\t"log-driver": "json-file"\n}\n');
    await install('26.1.5');
    expect(JSON.parse(get(DAEMON) ?? '')).toEqual({
      'log-driver': 'json-file',
      proxies: {
        'http-proxy': 'http://127.0.0.1:7081',
        'https-proxy': 'http://127.0.0.1:7081',
        'no-proxy': 'localhost,127.0.0.0/8,::1',
      },
    });
    expect(get(DAEMON)?.startsWith('{\n\t"log-driver": "json-file",\n\t"proxies"')).toBe(true);
  });

  it.each([
    ['no file', undefined],
    ['an empty file', ''],
    ['an empty object', '{}'],
    ['no newline at the end', '{"debug":true}'],
    ['windows lines', '{\r\n  "debug": true\r\n}\r\n'],
    [
      'proxies of its own',
      '{"proxies": {"https-proxy": "http://corp:3128", "no-proxy": ".corp"}, "debug": true}',
    ],
    ['text that is not UTF-8', Buffer.from('{"labels": ["\xe9\xff"]}\n', 'latin1')],
  ])('restores %s byte for byte', async (_name, content) => {
    if (content !== undefined) put(DAEMON, content);
    await install('26.1.5');
    expect(JSON.parse(get(DAEMON) ?? '').proxies['https-proxy']).toBe('http://127.0.0.1:7081');
    uninstall();
    const after = existsSync(join(root, DAEMON)) ? readFileSync(join(root, DAEMON)) : undefined;
    expect(after).toEqual(content === undefined ? undefined : Buffer.from(content as string));
  });

  it('places the two files that ask for a sign-in, and puts back what was in their place', async () => {
    const paths = ['/etc/profile.d/pullgate-sign-in.sh', '/etc/xdg/autostart/pullgate-sign-in.desktop'];
    put(paths[0] ?? '', '# of somebody else\n');
    const plan = await install('26.1.5');
    expect(plan.steps.flatMap((step) => (step.kind === 'write' ? [step.path] : []))).toEqual(
      expect.arrayContaining(paths),
    );
    for (const path of paths) expect(get(path)).toContain('/opt/pullgate/bin/pullgate');
    uninstall();
    expect(paths.map(get)).toEqual(['# of somebody else\n', undefined]);
  });

  it.each([
    ['/etc/ssl/certs:/etc/pullgate/trust/hub', undefined],
    ['/opt/certs:/etc/pullgate/trust/hub', '[Service]\nEnvironment=SSL_CERT_DIR=/opt/certs\n'],
  ])('lets dockerd learn the authority of Docker Hub by SSL_CERT_DIR=%s', async (expected, dropIn) => {
    mkdirSync(join(root, '/etc/systemd/system'), { recursive: true });
    if (dropIn !== undefined) put('/etc/systemd/system/docker.service.d/certs.conf', dropIn);
    await install('26.1.5');
    expect(get(DROP_IN)).toContain(`[Service]\nEnvironment="SSL_CERT_DIR=${expected}"\n`);
    expect(get('/etc/pullgate/trust/hub/pullgate-hub.pem')).toContain('BEGIN CERTIFICATE');
    uninstall();
    expect(get(DROP_IN)).toBeUndefined();
  });

  it('does so by its environment file where there is no systemd', async () => {
    put(DEFAULTS, '# mine\n');
    await install('26.1.5');
    expect(get(DEFAULTS)).toContain('export SSL_CERT_DIR="/etc/ssl/certs:/etc/pullgate/trust/hub"\n');
    uninstall();
    expect(get(DEFAULTS)).toBe('# mine\n');
  });

  it('overrules an environment file of the unit that sets SSL_CERT_DIR, and keeps what it says', async () => {
    put('/etc/systemd/system/docker.service', `[Service]\nEnvironmentFile=-${DEFAULTS}\n`);
    put(DEFAULTS, 'SSL_CERT_DIR=/opt/certs\n');
    await install('26.1.5');
    expect(get(DEFAULTS)).toContain('\nSSL_CERT_DIR="/opt/certs:/etc/pullgate/trust/hub"\n');
    uninstall();
    expect(get(DEFAULTS)).toBe('SSL_CERT_DIR=/opt/certs\n');
  });

  it('reports depth by the host alone where trust was left out', async () => {
    const options = {
      only: ['docker'],
      proxyUrl: 'http://127.0.0.1:7081',
      isRestartWanted: true,
      dockerVersion: '26.1',
      binPath: '/b',
    };
    executePlan(createTestHost(), await createInstallPlan(createTestHost(), options), () => undefined);
    expect(loadEngines(join(root, ENGINES_PATH))[0]?.depth).toBe('host');
  });

  it('leaves a note of the wired engine for the agent, and takes it back', async () => {
    await install('26.1.5');
    expect(loadEngines(join(root, ENGINES_PATH))).toEqual([
      { name: 'docker', version: '26.1', wired: true, depth: 'full' },
    ]);
    uninstall();
    expect(get(ENGINES_PATH)).toBeUndefined();
  });

  it('restores every daemon.json byte for byte', async () => {
    const keys = fc.string().filter((key) => !['proxies', '__proto__'].includes(key));
    const documents = fc
      .tuple(
        fc.dictionary(keys, fc.jsonValue()),
        fc.constantFrom('', ' ', '\t', '    '),
        fc.constantFrom('', '\n', '\r\n \t'),
      )
      .map(([value, indent, end]) => `${JSON.stringify(value, null, indent)}${end}`);
    await fc.assert(
      fc.asyncProperty(documents, async (text) => {
        put(DAEMON, text);
        await install('26.1');
        await install('26.1');
        uninstall();
        expect(get(DAEMON)).toBe(text);
      }),
      { numRuns: 15 },
    );
  });

  it('takes only its own keys out of a file that somebody changed since', async () => {
    put(DAEMON, '{\n  "debug": false\n}\n');
    await install('26.1.5');
    put(DAEMON, (get(DAEMON) ?? '').replace('"debug": false', '"debug": true,\n  "bip": "10.9.0.1/24"'));
    const plan = uninstall();
    expect(get(DAEMON)).toBe('{\n  "debug": true,\n  "bip": "10.9.0.1/24"\n}\n');
    expect(plan.notes.join()).toContain(DAEMON);
  });

  it('gives back the proxies that were there although the file was changed since', async () => {
    put(DAEMON, '{"proxies": {"https-proxy": "http://corp:3128"}}');
    await install('26.1.5');
    put(DAEMON, JSON.stringify({ ...JSON.parse(get(DAEMON) ?? ''), debug: true }));
    uninstall();
    expect(JSON.parse(get(DAEMON) ?? '')).toEqual({
      proxies: { 'https-proxy': 'http://corp:3128' },
      debug: true,
    });
  });

  it('leaves proxies alone that somebody set instead of ours', async () => {
    await install('26.1.5');
    put(DAEMON, '{"proxies": {"https-proxy": "http://theirs:1"}}');
    uninstall();
    expect(get(DAEMON)).toBe('{"proxies": {"https-proxy": "http://theirs:1"}}');
  });

  it('mends a file from which somebody took the proxies', async () => {
    put(DAEMON, '{"debug": true}');
    await install('26.1.5');
    put(DAEMON, '{"debug": false}');
    await install('26.1.5');
    expect(JSON.parse(get(DAEMON) ?? '').proxies['https-proxy']).toBe('http://127.0.0.1:7081');
    uninstall();
    expect(get(DAEMON)).toBe('{"debug": false}');
  });

  it('does nothing the second time', async () => {
    put(DAEMON, '{"debug": true}');
    await install('26.1.5');
    expect((await planFor('26.1.5')).steps).toEqual([]);
  });

  it('keeps mode and owner of the file', async () => {
    put(DAEMON, '{}');
    chmodSync(join(root, DAEMON), 0o640);
    await install('26.1.5');
    expect(statSync(join(root, DAEMON)).mode & 0o777).toBe(0o640);
  });

  it.each([
    ['{\n  "a": 1,\n}\n', 'line 3'],
    ['{\n  "a": 1\n', 'line 3'],
    ['[]', 'line 1'],
    ['{"proxies": {}, "proxies": {}}', 'twice'],
  ])('refuses %j, says where, changes nothing', async (text, place) => {
    put(DAEMON, text);
    await expect(planFor('26.1.5')).rejects.toMatchObject({
      code: 'DAEMON_JSON_INVALID',
      message: expect.stringContaining(place),
    });
    expect(get(DAEMON)).toBe(text);
  });

  it('follows --config-file', async () => {
    put(DEFAULTS, 'DOCKER_OPTS="--config-file /etc/other.json"\n');
    await install('26.1.5');
    expect(get('/etc/other.json')).toContain('proxies');
    expect(get(DAEMON)).toBeUndefined();
  });

  it('refuses when a flag of dockerd says it already, since dockerd would not start', async () => {
    put(DEFAULTS, 'DOCKER_OPTS="--http-proxy=http://corp:3128"\n');
    await expect(planFor('26.1.5')).rejects.toMatchObject({ code: 'PROXY_FLAG_SET' });
  });
});

describe('wiring dockerd below 23.0', () => {
  it('never writes proxies into daemon.json, with which it does not start', async () => {
    put(DAEMON, '{"debug": true}');
    await install('20.10.24+dfsg1');
    expect(get(DAEMON)).toBe('{"debug": true}');
  });

  it.each(['', '#DOCKER_OPTS="--dns 8.8.8.8"\n', 'export http_proxy="http://corp:3128/"\n', 'no newline'])(
    'without systemd merges a block into its environment file %j, and takes it out again',
    async (text) => {
      put(DEFAULTS, text);
      await install('20.10.24+dfsg1');
      expect(get(DEFAULTS)?.startsWith(text)).toBe(true);
      expect(get(DEFAULTS)).toContain('export HTTPS_PROXY="http://127.0.0.1:7081"\n');
      uninstall();
      expect(get(DEFAULTS)).toBe(text);
    },
  );

  it('with systemd makes a drop-in that comes behind http-proxy.conf', async () => {
    put(
      '/etc/systemd/system/docker.service.d/http-proxy.conf',
      '[Service]\nEnvironment="HTTPS_PROXY=http://corp:3128"\n',
    );
    const plan = await install('20.10.24+dfsg1');
    expect('zz-pullgate.conf' > 'http-proxy.conf').toBe(true);
    expect(get(DROP_IN)).toContain('Environment="HTTPS_PROXY=http://127.0.0.1:7081"');
    expect(plan.upstream).toEqual({ url: 'http://corp:3128', noProxy: [] });
    uninstall();
    expect(get(DROP_IN)).toBeUndefined();
    expect(get(UNIT)).toBeUndefined();
  });

  it('overrules an environment file of the unit that names a proxy, which systemd lets win', async () => {
    put('/etc/systemd/system/docker.service', `[Service]\nEnvironmentFile=-${DEFAULTS}\n`);
    put(DEFAULTS, 'HTTPS_PROXY=http://corp:3128\n');
    await install('20.10.24+dfsg1');
    expect(
      get(DEFAULTS)
        ?.split('\n')
        .findLast((line) => line.includes('HTTPS_PROXY')),
    ).toBe('HTTPS_PROXY="http://127.0.0.1:7081"');
  });
});

describe('the plan', () => {
  it('reduces NO_PROXY to the machine itself and shows what goes', async () => {
    put(
      DAEMON,
      '{"proxies": {"https-proxy": "http://u:secret@corp:3128", "no-proxy": "localhost,127.0.0.1,.acme.example,10.0.0.0/8"}}',
    );
    const plan = await planFor('26.1.5');
    expect(plan.upstream).toEqual({
      url: 'http://u:secret@corp:3128',
      noProxy: ['.acme.example', '10.0.0.0/8'],
    });
    expect(plan.notes.join('\n')).toContain('.acme.example, 10.0.0.0/8');
    expect(plan.notes.join('\n')).not.toContain('secret');
  });

  it('installs a unit for the agent that starts before Docker', async () => {
    mkdirSync(join(root, '/etc/systemd/system'), { recursive: true });
    await install('26.1.5');
    expect(get(UNIT)).toContain(
      'ExecStart="/opt/pullgate/bin/pullgate" agent run --proxy-listen 127.0.0.1:7081',
    );
    expect(get(UNIT)).toContain('Before=docker.service');
    expect(get('/etc/sysusers.d/pullgate.conf')).toContain('u pullgate');
  });

  it('installs a unit that enrols as root where a file was left, and neither Docker nor the agent waits for it', async () => {
    mkdirSync(join(root, '/etc/systemd/system'), { recursive: true });
    mkdirSync(join(root, '/run/systemd/system'), { recursive: true });
    const live = await planFor('26.1.5', createTestHost({ root: '/', isListening: async () => false }));
    const commands = live.steps.flatMap((step) => (step.kind === 'run' ? [step.command.join(' ')] : []));
    expect(commands).toContain('systemctl start --no-block pullgate-enrol.service');
    await install('26.1.5');
    const unit = get('/etc/systemd/system/pullgate-enrol.service');
    expect(unit).toContain('ExecStart="/opt/pullgate/bin/pullgate" machine enroll --unattended');
    expect(unit).toContain('ConditionPathExists=/etc/pullgate/enrolment.json');
    expect(unit).not.toMatch(/^(Before|User)=/m);
    expect(get(UNIT)).not.toContain('pullgate-enrol');
    uninstall();
    expect(get('/etc/systemd/system/pullgate-enrol.service')).toBeUndefined();
  });

  it.each([
    [undefined, '/var/lib/pullgate-agent', 'agent install --only trust --yes\n'],
    ['/home/dev/a b/agent', '/home/dev/a b/agent', '--yes --data-dir "/home/dev/a b/agent"\n'],
  ])(
    'installs units that prepare inspection as root whenever the policy below %s changes',
    async (dataDir, watched, ends) => {
      mkdirSync(join(root, '/etc/systemd/system'), { recursive: true });
      const plan = await createInstallPlan(createTestHost(), {
        proxyUrl: 'http://127.0.0.1:7081',
        isRestartWanted: true,
        dockerVersion: '26.1.5',
        binPath: '/opt/pullgate/bin/pullgate',
        ...(dataDir === undefined ? {} : { dataDir }),
      });
      executePlan(createTestHost(), plan, () => undefined);
      expect(get('/etc/systemd/system/pullgate-trust.path')).toContain(
        `PathChanged=${watched}/policy.bundle.json\nPathChanged=${watched}/assignment.bundle.json\n`,
      );
      const service = get('/etc/systemd/system/pullgate-trust.service');
      expect(service).toContain(ends);
      expect(service).not.toMatch(/^User=/m);
      uninstall();
      expect(get('/etc/systemd/system/pullgate-trust.timer')).toBeUndefined();
    },
  );

  it.skipIf(!existsSync('/usr/bin/systemd-analyze'))('writes units that systemd can read', async () => {
    mkdirSync(join(root, '/etc/systemd/system'), { recursive: true });
    put('/opt/pullgate/bin/pullgate', '#!/bin/sh\n');
    chmodSync(join(root, '/opt/pullgate/bin/pullgate'), 0o755);
    const plan = await createInstallPlan(createTestHost(), {
      proxyUrl: 'http://127.0.0.1:7081',
      isRestartWanted: true,
      dockerVersion: '26.1.5',
      binPath: join(root, '/opt/pullgate/bin/pullgate'),
    });
    executePlan(createTestHost(), plan, () => undefined);
    const units = ['agent.service', 'enrol.service', 'trust.service', 'trust.path', 'trust.timer'];
    for (const name of units.map((unit) => `pullgate-${unit}`)) {
      const path = join(root, `/etc/systemd/system/${name}`);
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
      expect(stderr.split('\n').filter((line) => line.includes(`${name}:`))).toEqual([]);
    }
  });

  it('says which containers stop, and that none does with live-restore', async () => {
    mkdirSync(join(root, '/run/systemd/system'), { recursive: true });
    const isLiveHost = (): Host =>
      createTestHost({
        root: '/',
        run: (command) => ({
          status: 0,
          stdout: command[0] === 'docker' ? 'web\ndb\n' : 'Docker version 26.1.5, build 1',
          stderr: '',
        }),
        isListening: async () => true,
      });
    const [restart] = (await planFor('26.1.5', isLiveHost())).restarts;
    expect(restart?.stops).toEqual(['web', 'db']);
    put(DAEMON, '{"live-restore": true}');
    expect((await planFor('26.1.5', isLiveHost())).restarts[0]?.stops).toEqual([]);
  });

  it('warns when nothing answers at the proxy', async () => {
    const plan = await planFor('26.1.5', createTestHost({ root: '/', isListening: async () => false }));
    expect(plan.notes.some((note) => note.includes('nothing answers'))).toBe(true);
  });

  it('can be made by anybody, and done by root only', async () => {
    const host = createTestHost({ isRoot: false });
    const plan = await planFor('26.1.5', host);
    expect(plan.steps.length).toBeGreaterThan(0);
    expect(() => executePlan(host, plan, () => undefined)).toThrow(
      expect.objectContaining({ code: 'ROOT_NEEDED' }),
    );
    expect(get(DAEMON)).toBeUndefined();
  });

  it.each(['podman', 'Docker'])('knows no engine %s', async (engine) => {
    const options = {
      only: [engine],
      proxyUrl: 'http://127.0.0.1:7081',
      isRestartWanted: true,
      binPath: '/b',
    };
    await expect(createInstallPlan(createTestHost(), options)).rejects.toMatchObject({
      code: 'ENGINE_UNKNOWN',
    });
  });

  it.each([
    'https://127.0.0.1:7081',
    'http://127.0.0.1',
    'http://u:p@127.0.0.1:7081',
    'http://127.0.0.1:7081/x',
    'x',
  ])('refuses the proxy %s', async (proxyUrl) => {
    const options = { proxyUrl, isRestartWanted: true, dockerVersion: '26.1', binPath: '/b' };
    await expect(createInstallPlan(createTestHost(), options)).rejects.toMatchObject({
      code: 'PROXY_URL_INVALID',
    });
  });

  it('says when there is no Docker, and when its version cannot be read', async () => {
    const options = { proxyUrl: 'http://127.0.0.1:7081', isRestartWanted: true, binPath: '/b' };
    await expect(createInstallPlan(createTestHost(), options)).rejects.toMatchObject({
      code: 'ENGINE_MISSING',
    });
    await expect(planFor('new')).rejects.toMatchObject({ code: 'ENGINE_VERSION_UNKNOWN' });
  });
});

describe('a run that was cut off', () => {
  it('is finished by the next one, at whatever write it stopped', async () => {
    const text = '{"debug": true}';
    for (const limit of [1, 2, 3]) {
      put(DAEMON, text);
      let writes = 0;
      const honest = createTestHost();
      const cut = createTestHost({
        store: (path, content, mode) => {
          writes += 1;
          if (writes > limit) throw new Error('power cut');
          honest.store(path, content, mode);
        },
      });
      await install('26.1.5', cut).catch(() => undefined);
      await install('26.1.5');
      expect(JSON.parse(get(DAEMON) ?? '').proxies).toBeDefined();
      uninstall();
      expect(get(DAEMON)).toBe(text);
    }
  });

  it('is taken back by uninstall', async () => {
    put(DAEMON, '{"debug": true}');
    const cut = createTestHost({
      remove: () => {
        throw new Error('power cut');
      },
    });
    await install('26.1.5');
    expect(() => uninstall(cut)).toThrow('power cut');
    uninstall();
    expect(get(DAEMON)).toBe('{"debug": true}');
    expect(createUninstallPlan(createTestHost(), { isRestartWanted: true }).steps).toEqual([]);
  });

  it('stops at a command that fails, and says which', async () => {
    mkdirSync(join(root, '/run/systemd/system'), { recursive: true });
    const host = createTestHost({ run: () => ({ status: 5, stdout: '', stderr: 'Unit not found.' }) });
    const plan: Plan = {
      steps: [{ kind: 'run', command: ['systemctl', 'restart', 'docker'], why: 'x' }],
      restarts: [],
      notes: [],
    };
    expect(() => executePlan(host, plan, () => undefined)).toThrow(
      expect.objectContaining({
        code: 'INSTALL_COMMAND_FAILED',
        message: expect.stringContaining('Unit not found.'),
      }),
    );
  });

  it('refuses a record that was damaged', async () => {
    put('/var/lib/pullgate/install/record.json', '{"version": 9}');
    await expect(planFor('26.1.5')).rejects.toMatchObject({ code: 'INSTALL_RECORD_INVALID' });
  });
});
