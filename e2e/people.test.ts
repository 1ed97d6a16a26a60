/**
 * Enforced sign-in, whole: a registry.json on the machine, a real dockerd behind the agent, a real identity provider, and
 * a person in Chromium who allows what `pullgate login` asks for.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { configureEngines, startContainerd, startDockerd, toProxyEnv } from './lab/engines.ts';
import { buildImage, pushImage } from './lab/image.ts';
import type { Lab } from './lab/lab.ts';
import { leave } from './lab/leftovers.ts';
import { ALLOWED, REMOVED } from './lab/names.ts';
import {
  addDeveloper,
  asDeveloper,
  asDeveloperPullgate,
  call,
  connectProvider,
  DEVELOPER,
  must,
  STRANGER,
  signIn,
  signInOwner,
  startNameServer,
  startProvider,
} from './lab/people.ts';
import type { LabProcess } from './lab/process.ts';
import { Pullgate } from './lab/pullgate.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';
import { createTown } from './lab/town.ts';
import { expectGolden, toTranscript } from './lab/transcript.ts';
import { APP } from './operations.ts';
import { toPolicy } from './policy.ts';

const obstacle = findObstacle();
const AGENT = { proxy: '127.0.0.1:7081' };
/** The agent hears of changes by a stream, the browser takes its time; this is far more than they need. */
/** The shortest limit that a policy may set is a minute. */
const LONG = { timeout: 120_000, interval: 2000 };
const PATIENCE = { timeout: 30_000, interval: 300 };

describe.skipIf(obstacle !== undefined)(toTitle('enforced sign-in', obstacle), () => {
  let lab: Lab;
  let pullgate: Pullgate;
  let agent: LabProcess;
  let provider: LabProcess;

  beforeAll(async () => {
    ({ lab } = await createTown());
    configureEngines(lab);
    addDeveloper(lab);
    const names = await startNameServer(lab);
    pullgate = new Pullgate(lab, { controlPlane: 7080, proxy: 7091 });
    const engine = startContainerd(lab).then(() => startDockerd(lab, toProxyEnv(`http://${AGENT.proxy}`)));
    await Promise.all([engine, pullgate.up()]);
    await must(call(lab, pullgate, 'POST', '/api/v1/organizations/acme/teams', { slug: 'platform' }));
    const owner = await signInOwner(lab, pullgate);
    await must(call(lab, pullgate, 'POST', '/api/v1/organizations', { slug: 'globex' }, owner));
    provider = await startProvider(lab, pullgate);
    await connectProvider(lab, pullgate, names, owner, 'acme', 'acme.example');
    await connectProvider(lab, pullgate, names, owner, 'globex', 'globex.example');
    await pullgate.publish(toPolicy({ registries: [ALLOWED, REMOVED] }));
    await pullgate.must('machine', 'enroll', '--name', 'machine-1', '--yes');
    agent = await startAgent();
    await agent.waitFor(/"kind":"policy".*"document taken"/);
  });

  afterAll(() => leave(lab));

  const startAgent = () =>
    pullgate.start('agent', ['agent', 'run', '--proxy-listen', AGENT.proxy], /"agent started"/);
  const pull = async (registry = REMOVED) => {
    await lab.run(['docker', 'image', 'rm', '--force', `${registry}/${APP}`]);
    return lab.run(['docker', 'pull', '--quiet', `${registry}/${APP}`]);
  };
  /** Of a blob that takes minutes at this pace. */
  const startSlowPull = async () => {
    const image = buildImage(lab, 'large', { randomBytes: 128 * 1024 * 1024 });
    await pushImage(lab, image, `${REMOVED}/team/large:1`);
    const path = `/v2/team/large/blobs/${image.blobs.at(-1)}`;
    const program = join(import.meta.dirname, 'lab/slow-pull.ts');
    const port = AGENT.proxy.split(':')[1] ?? '';
    return lab.start('slow-pull', [process.execPath, program, port, REMOVED, path], /pulling/);
  };
  const require = (text: string) => {
    mkdirSync(lab.path('/etc/pullgate'), { recursive: true });
    writeFileSync(lab.path('/etc/pullgate/registry.json'), text);
  };

  it('stops registry access and nothing else while nobody is signed in', async () => {
    expect(await pull()).toMatchObject({ code: 0 });
    const container = await lab.must([
      'docker',
      'run',
      '--detach',
      '--network=none',
      `${REMOVED}/${APP}`,
      'sleep',
      '600',
    ]);
    require('{"allowedOrgs":["acme"]}');
    await vi.waitFor(
      async () => expect(await lab.run(['docker', 'pull', `${ALLOWED}/${APP}`])).toMatchObject({ code: 1 }),
      PATIENCE,
    );
    const argv = ['docker', 'pull', `${ALLOWED}/${APP}`];
    const denied = await lab.run(argv);
    expectGolden('pullgate/sign-in-nobody', toTranscript(argv, denied));
    expect(denied.output).toContain('pullgate login');
    expect(denied.output).toContain('/etc/pullgate/registry.json');
    expect(await lab.must(['docker', 'inspect', '--format', '{{.State.Running}}', container])).toBe('true');
    expect(
      await lab.run(['docker', 'run', '--rm', '--network=none', `${REMOVED}/${APP}`, 'true']),
    ).toMatchObject({ code: 0 });
    await lab.must(['docker', 'rm', '--force', container]);
  });

  it('says in status what requires the sign-in', async () => {
    const status = await asDeveloperPullgate(lab, 'status');
    expect(status.output).toContain('/etc/pullgate/registry.json requires acme');
  });

  it('lets somebody of another organization sign in, and says that it is the wrong one', async () => {
    const login = await signIn(lab, pullgate.server, STRANGER.email);
    expect(login.code).toBe(3);
    expect(login.output).toContain('acme');
    const argv = ['skopeo', 'inspect', `docker://${ALLOWED}/${APP}`];
    const denied = await asDeveloper(lab, argv, toProxyEnv(`http://${AGENT.proxy}`));
    expectGolden('pullgate/sign-in-wrong-organization', toTranscript(argv, denied));
    expect(denied.output).toMatch(/globex/);
  });

  it('opens for a person of the organization who allowed the device in the browser', async () => {
    const login = await signIn(lab, pullgate.server, DEVELOPER.email);
    expect(login.consent).toContain('dev');
    expect(login).toMatchObject({ code: 0 });
    expect(login.output).toContain(DEVELOPER.email);
    await vi.waitFor(async () => expect(await pull()).toMatchObject({ code: 0 }), PATIENCE);
  });

  it('stays signed in over a restart of the agent', async () => {
    await agent.end();
    agent = await startAgent();
    expect(await pull()).toMatchObject({ code: 0 });
  });

  it('goes on while the identity provider is down', async () => {
    await provider.end();
    expect(await pull()).toMatchObject({ code: 0 });
    provider = await startProvider(lab, pullgate);
  });

  it('closes again when the person signs out', async () => {
    const signOut = await asDeveloperPullgate(lab, 'logout');
    expect(signOut).toMatchObject({ code: 0 });
    const argv = ['docker', 'pull', `${ALLOWED}/${APP}`];
    await vi.waitFor(async () => expect((await lab.run(argv)).output).toContain('pullgate login'), PATIENCE);
    expect(await signIn(lab, pullgate.server, DEVELOPER.email)).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await pull()).toMatchObject({ code: 0 }), PATIENCE);
  });

  it(
    'closes past the offline limit, and opens when the control plane is back',
    async () => {
      await pullgate.publish(`${toPolicy({ registries: [ALLOWED, REMOVED] })}sessionOfflineLimit: 1m\n`);
      expect(await pull()).toMatchObject({ code: 0 });
      await pullgate.down();
      await vi.waitFor(async () => expect((await pull()).output).toContain('pullgate login'), LONG);
      await pullgate.up();
      await vi.waitFor(async () => expect(await pull()).toMatchObject({ code: 0 }), PATIENCE);
      await pullgate.publish(toPolicy({ registries: [ALLOWED, REMOVED] }));
    },
    LONG.timeout + 60_000,
  );

  it('ends within seconds when SCIM deactivates the person, also during pulls', async () => {
    await must(call(lab, pullgate, 'PUT', '/api/v1/organizations/acme/scim', { mappings: [] }));
    const { body: credential } = await must(
      call(lab, pullgate, 'POST', '/api/v1/organizations/acme/scim/credentials', {}),
    );
    const scim = (method: string, path: string, body?: unknown) =>
      must(call(lab, pullgate, method, `/scim/v2/${path}`, body, credential.token));
    const user = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: DEVELOPER.email,
      externalId: DEVELOPER.subject,
      displayName: 'Dev Eloper',
      emails: [{ value: DEVELOPER.email, primary: true, type: 'work' }],
      active: true,
    };
    const { body: made } = await scim('POST', 'Users', user);
    expect(await pull()).toMatchObject({ code: 0 });
    const transfer = await startSlowPull();
    let isGone = false;
    const pulls = (async () => {
      while (!isGone) await pull();
    })();
    await scim('PATCH', `Users/${made.id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    });
    const began = Date.now();
    await transfer.ended();
    console.log(`deactivated by SCIM → a transfer under way was cut after ${Date.now() - began} ms`);
    expect(transfer.output).toContain('cut off: ECONNRESET');
    await vi.waitFor(async () => expect((await pull()).output).toContain('pullgate login'), PATIENCE);
    isGone = true;
    await pulls;
    console.log(
      `deactivated by SCIM → refused by dockerd after ${Date.now() - began} ms, the last pull included`,
    );
  });

  it('opens when nothing requires a sign-in any more', async () => {
    rmSync(lab.path('/etc/pullgate/registry.json'));
    await vi.waitFor(async () => expect(await pull()).toMatchObject({ code: 0 }), PATIENCE);
  });
});
