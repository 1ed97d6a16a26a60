/** The main job with real engines: what the policy allows goes through byte for byte, what it denies is refused with the sentence. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildFrontend, FRONTEND_LABEL } from './lab/frontend.ts';
import { pushImage, readManifest } from './lab/image.ts';
import { findLeftovers } from './lab/leftovers.ts';
import { ACCOUNT, ALLOWED, DENIED, DENIED_FILES, FILES, REMOVED } from './lab/names.ts';
import { findObstacle, toTitle } from './lab/requirements.ts';
import { expectGolden } from './lab/transcript.ts';
import { APP, HUB_OPERATIONS, OPERATIONS } from './operations.ts';
import { CONTACT, toPolicy } from './policy.ts';
import { createWorld, perform, toRequests, type World } from './world.ts';

const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)(toTitle('real engines', obstacle), () => {
  let world: World;
  /** Requests that reached the denied registry while nothing but set-up ran. */
  let setUpRequests: number;

  beforeAll(async () => {
    world = await createWorld();
    const { lab, registries } = world;
    const frontend = buildFrontend(lab);
    for (const registry of [ALLOWED, DENIED])
      await pushImage(lab, frontend, `${registry}/docker/dockerfile:1`);
    setUpRequests = toRequests(registries.denied.output).length;
  });

  afterAll(async () => {
    if (world === undefined) return;
    await world.lab.close();
    expect(findLeftovers(world.lab.dir)).toEqual([]);
  });

  describe.each(OPERATIONS)('$engine $name', (operation) => {
    it('is refused with the sentence where the policy does not allow it', async () => {
      const { outcome, transcript } = await perform(world, operation, DENIED);
      expect(outcome.code).not.toBe(0);
      expectGolden(`${operation.engine}/${operation.name}-denied`, transcript);
    });

    it('goes through where the policy allows it', async () => {
      const { outcome, transcript } = await perform(world, operation, ALLOWED);
      expect(outcome.output).not.toContain('does not allow');
      expect(outcome.code, outcome.output).toBe(0);
      expectGolden(`${operation.engine}/${operation.name}-allowed`, transcript);
    });
  });

  it.each(HUB_OPERATIONS)(
    'names Docker Hub as people do when it refuses $engine $name',
    async (operation) => {
      const { outcome, transcript } = await perform(world, operation, DENIED);
      expect(outcome.code).not.toBe(0);
      expect(outcome.output).toContain('acme does not allow docker.io (not on the list');
      expectGolden(`${operation.engine}/${operation.name}-denied`, transcript);
    },
  );

  it('lets nothing of a denied engine reach the registry or the web server', () => {
    expect(toRequests(world.registries.denied.output).length).toBe(setUpRequests);
    expect(world.files.output).toContain(`GET ${FILES}/notes.txt`);
    expect(world.files.output).not.toContain(DENIED_FILES);
  });

  it('changes no byte of what is pulled', async () => {
    const { lab, image } = world;
    const [config, layer] = image.blobs;
    const name = `${ALLOWED}/${APP}`;
    const inspect = (engine: string, format: string) =>
      lab.must([engine, 'image', 'inspect', '--format', format, name]);
    expect(await inspect('docker', '{{.Id}} {{index .RepoDigests 0}} {{index .RootFS.Layers 0}}')).toBe(
      `${config} ${ALLOWED}/team/app@${image.digest} ${layer}`,
    );
    expect(await inspect('podman', 'sha256:{{.Id}} {{.Digest}} {{index .RootFS.Layers 0}}')).toBe(
      `${config} ${image.digest} ${layer}`,
    );
    for (const digest of [image.digest, ...image.blobs]) {
      const stored = await lab.must(['sh', '-c', `ctr content get ${digest} | sha256sum`]);
      expect(`sha256:${stored.slice(0, 64)}`).toBe(digest);
    }
    const copied = lab.path('/root/skopeo');
    expect(readFileSync(join(copied, 'manifest.json'), 'utf8')).toBe(readManifest(image));
    const files = readdirSync(copied).map((file) => `sha256:${hash(readFileSync(join(copied, file)))}`);
    expect(files).toEqual(expect.arrayContaining([...image.blobs]));
  });

  it('changes no byte of what is pushed', async () => {
    const { lab, image } = world;
    const credentials = `${ACCOUNT.name}:${ACCOUNT.password}`;
    const inspect = async (repository: string) => {
      const argv = [
        'skopeo',
        'inspect',
        '--raw',
        '--creds',
        credentials,
        `docker://${ALLOWED}/${repository}:1`,
      ];
      return (await lab.run(argv)).stdout;
    };
    for (const repository of ['team/skopeo', 'team/ctr'])
      expect(await inspect(repository)).toBe(readManifest(image));
    // These pack layers anew, so the manifest is theirs; the configuration names every layer by its unpacked digest.
    for (const repository of ['team/docker', 'team/podman', 'team/buildah']) {
      expect(JSON.parse(await inspect(repository))).toMatchObject({ config: { digest: image.blobs[0] } });
    }
  });

  it('fetches an allowed frontend through the proxy and runs it', async () => {
    const requests = toRequests(world.registries.allowed.output).filter((line) =>
      line.includes('/docker/dockerfile/'),
    );
    expect(requests).toContain('HEAD /v2/docker/dockerfile/manifests/1 200');
    expect(requests.filter((line) => /^GET .*\/blobs\/sha256:.* 200$/.test(line))).toHaveLength(2);
    const label = `{{index .Config.Labels "${FRONTEND_LABEL}"}}`;
    const images = (await world.lab.must(['docker', 'images', '--quiet', '--no-trunc'])).split('\n');
    const labels = await world.lab.must(['docker', 'image', 'inspect', '--format', label, ...images]);
    expect(labels.split('\n')).toContain('laboratory frontend');
  });

  it('tells the owner of both, with registry, verdict and rule', async () => {
    await vi.waitFor(
      async () => {
        const items = await listDecisions(world, '--limit', '200');
        expect(items).toContainEqual(
          expect.objectContaining({
            registry: ALLOWED,
            verdict: 'allow',
            effect: 'forward',
            ruleId: 'allowed',
            point: 'proxy',
            // Engines give their own name only inside the tunnel; to a proxy they speak as Go's client.
            engine: 'Go-http-client/1.1',
          }),
        );
        expect(items).toContainEqual(
          expect.objectContaining({
            registry: DENIED,
            verdict: 'deny',
            effect: 'refuse',
            reason: 'NOT_LISTED',
            mode: 'enforce',
          }),
        );
        expect(items).toContainEqual(expect.objectContaining({ registry: DENIED_FILES, verdict: 'deny' }));
      },
      { timeout: 20_000, interval: 500 },
    );
  });

  it('says the same sentence in pullgate check', async () => {
    const { revision } = await world.pullgate.json<{ revision: number }>('mode');
    const answer = await world.pullgate.json<{ verdict: string; message: string }>(
      'check',
      `${DENIED}/${APP}`,
    );
    expect(answer.verdict).toBe('deny');
    const pulled = await world.lab.run(['docker', 'pull', `${DENIED}/${APP}`]);
    const sentence = (what: string) =>
      `acme does not allow ${what} (not on the list, r${revision}). ${CONTACT}`;
    expect(answer.message).toBe(sentence(`pull of ${DENIED}/${APP}`));
    expect(pulled.output).toContain(sentence(DENIED));
  });

  it('refuses a removed registry on the next pull', async () => {
    const { lab, pullgate } = world;
    const pull = () => lab.run(['docker', 'pull', '--quiet', `${REMOVED}/${APP}`]);
    expect(await pull()).toMatchObject({ code: 0 });
    await lab.must(['docker', 'image', 'rm', `${REMOVED}/${APP}`]);
    await pullgate.must('registry', 'remove', REMOVED);
    expect(await pull()).toMatchObject({ code: 0 });
    await pullgate.must('policy', 'apply', '--yes');
    const refused = await pull();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`acme does not allow ${REMOVED} (not on the list`);
  });

  it('records and lets through in observe, and refuses again in enforce', async () => {
    const { lab, pullgate } = world;
    const pull = () => lab.run(['docker', 'pull', '--quiet', `${DENIED}/${APP}`]);
    expect(await pull()).toMatchObject({ code: 1 });
    await pullgate.must('mode', 'observe', '--yes');
    expect(await pull()).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () =>
        expect(await listDecisions(world, '--registry', DENIED)).toContainEqual(
          expect.objectContaining({ verdict: 'deny', effect: 'forward', mode: 'observe' }),
        ),
      { timeout: 20_000, interval: 500 },
    );
    await lab.must(['docker', 'image', 'rm', `${DENIED}/${APP}`]);
    await pullgate.must('mode', 'enforce', '--yes');
    expect(await pull()).toMatchObject({ code: 1 });
  });

  it('recognizes a registry that nobody listed, where hosts that nobody knows are open', async () => {
    const { pullgate } = world;
    await pullgate.publish(toPolicy({ registries: [ALLOWED], unknown: 'allow' }));
    const add = OPERATIONS.find(({ engine, name }) => engine === 'buildkit' && name === 'build-add');
    if (add === undefined) throw new Error('the operation is gone');
    expect((await perform(world, add, DENIED)).outcome, 'a web server').toMatchObject({ code: 0 });
    for (const engine of ['docker', 'podman', 'skopeo', 'ctr']) {
      const pull = OPERATIONS.find((operation) => operation.engine === engine && operation.name === 'pull');
      if (pull === undefined) throw new Error('the operation is gone');
      const { outcome } = await perform(world, pull, DENIED);
      expect(outcome.code, engine).not.toBe(0);
      expect(outcome.output).toContain(`acme does not allow ${DENIED} (not on the list`);
    }
  });
});

interface Decisions {
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

async function listDecisions(world: World, ...options: readonly string[]): Promise<Decisions['items']> {
  return (await world.pullgate.json<Decisions>('decision', 'list', ...options)).items;
}

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
