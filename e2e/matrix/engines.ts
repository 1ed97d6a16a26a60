/** The engines of the matrix and how each of them spells a verb. A verb that is missing here is one that the engine does not offer. */

import { ACCOUNT } from '../lab/names.ts';
import { MOUNT_SOURCE, type Target, toReference, type Verb } from './cells.ts';
import { WHOLE_TRUST_ENV } from './trust.ts';

export interface Step {
  /** What a person types. */
  readonly argv: readonly string[];
  /** Set-up, which must succeed. */
  readonly before?: readonly (readonly string[])[];
  /** Takes away what an earlier cell left, if it left anything. */
  readonly clean?: readonly string[];
  /** Dockerfile in BUILD_DIR. */
  readonly dockerfile?: string;
}

export type Recipe = (target: Target) => Step;

export interface Engine {
  /** Names its section of the page and its repositories. */
  readonly id: string;
  readonly title: string;
  /** Debian 12, or 13. */
  readonly machine: 'host' | 'guest';
  /** Its version, which must be the one that the title says. */
  readonly version: { readonly argv: readonly string[]; readonly pattern: RegExp };
  readonly env?: Readonly<Record<string, string>>;
  readonly verbs: Partial<Readonly<Record<Verb, Recipe>>>;
  /** Cells, as `verb ruling`, in which it shows something else than the sentence. */
  readonly hides?: readonly string[];
}

/** Socket of the dockerd of Debian 13 with containerd's image store. */
export const CONTAINERD_STORE_SOCKET = '/run/docker-containerd-store.sock';
/** The image that is in every engine and in no registry, and the same as an OCI layout. */
export const FRESH = 'local/fresh:1';
export const FRESH_LAYOUT = '/root/fresh';
export const BUILD_DIR = '/root/build';

const COPIED = '/root/copied';
const SOURCE = toReference(MOUNT_SOURCE);

const docker: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['docker', 'image', 'rm', '--force', toReference(target)],
    argv: ['docker', 'pull', toReference(target)],
  }),
  push: (target) => ({
    before: [['docker', 'tag', FRESH, toReference(target)]],
    argv: ['docker', 'push', toReference(target)],
  }),
  mount: (target) => ({
    before: [
      ['docker', 'pull', '--quiet', SOURCE],
      ['docker', 'tag', SOURCE, toReference(target)],
    ],
    argv: ['docker', 'push', toReference(target)],
  }),
};

const BUILD = ['docker', 'build', '--no-cache', '--progress=plain'];
const BUILDX = ['docker', 'buildx', 'build', '--no-cache', '--progress=plain'];
const FROM = (image: string): string => `FROM ${image}\nCOPY Dockerfile /Dockerfile\n`;

const buildkit: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['docker', 'image', 'rm', '--force', toReference(target)],
    dockerfile: FROM(toReference(target)),
    argv: [...BUILD, BUILD_DIR],
  }),
};

const buildx: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['docker', 'image', 'rm', '--force', toReference(target)],
    dockerfile: FROM(toReference(target)),
    argv: [...BUILDX, BUILD_DIR],
  }),
  push: (target) => ({
    dockerfile: FROM('scratch'),
    argv: [...BUILDX, '--push', '--tag', toReference(target), BUILD_DIR],
  }),
  mount: (target) => ({
    dockerfile: FROM(SOURCE),
    argv: [...BUILDX, '--push', '--tag', toReference(target), BUILD_DIR],
  }),
};

const podman: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['podman', 'image', 'rm', '--force', toReference(target)],
    argv: ['podman', 'pull', toReference(target)],
  }),
  push: (target) => ({ argv: ['podman', 'push', FRESH, toReference(target)] }),
  mount: (target) => ({
    before: [['podman', 'pull', '--quiet', SOURCE]],
    argv: ['podman', 'push', SOURCE, toReference(target)],
  }),
  list: (target) => ({
    argv: ['podman', 'search', '--list-tags', `${target.registry}/${target.repository}`],
  }),
};

const buildah: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['buildah', 'rmi', '--force', toReference(target)],
    argv: ['buildah', 'pull', toReference(target)],
  }),
  push: (target) => ({ argv: ['buildah', 'push', FRESH, `docker://${toReference(target)}`] }),
  mount: (target) => ({
    before: [['buildah', 'pull', '--quiet', SOURCE]],
    argv: ['buildah', 'push', SOURCE, `docker://${toReference(target)}`],
  }),
};

const skopeo: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['rm', '-rf', COPIED],
    argv: ['skopeo', 'copy', `docker://${toReference(target)}`, `dir:${COPIED}`],
  }),
  push: (target) => ({ argv: ['skopeo', 'copy', `oci:${FRESH_LAYOUT}`, `docker://${toReference(target)}`] }),
  mount: (target) => ({ argv: ['skopeo', 'copy', `docker://${SOURCE}`, `docker://${toReference(target)}`] }),
  delete: (target) => ({ argv: ['skopeo', 'delete', `docker://${toReference(target)}`] }),
  list: (target) => ({ argv: ['skopeo', 'list-tags', `docker://${target.registry}/${target.repository}`] }),
};

/** One blob at a time: when two are denied at once, version 1.2 panics in its own error handling. */
const ORAS_COPY = ['oras', 'copy', '--concurrency', '1'];

const oras: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['rm', '-rf', COPIED],
    argv: [...ORAS_COPY, toReference(target), '--to-oci-layout', `${COPIED}:1`],
  }),
  push: (target) => ({
    argv: [...ORAS_COPY, '--from-oci-layout', `${FRESH_LAYOUT}:1`, toReference(target)],
  }),
  delete: (target) => ({ argv: ['oras', 'manifest', 'delete', '--force', toReference(target)] }),
  list: (target) => ({ argv: ['oras', 'repo', 'tags', `${target.registry}/${target.repository}`] }),
};

const CTR = ['--hosts-dir', '/etc/containerd/certs.d', '--user', `${ACCOUNT.name}:${ACCOUNT.password}`];

const ctr: Engine['verbs'] = {
  pull: (target) => ({
    clean: ['ctr', 'images', 'rm', '--sync', toReference(target)],
    argv: ['ctr', 'images', 'pull', ...CTR, toReference(target)],
  }),
  push: (target) => ({
    argv: ['ctr', 'images', 'push', ...CTR, toReference(target), `docker.io/${FRESH}`],
  }),
  mount: (target) => ({
    before: [['ctr', 'images', 'pull', ...CTR, SOURCE]],
    argv: ['ctr', 'images', 'push', ...CTR, toReference(target), SOURCE],
  }),
};

const toDockerVersion = (pattern: RegExp): Engine['version'] => ({
  argv: ['docker', 'version', '--format', '{{.Server.Version}}'],
  pattern,
});
const toVersion = (command: string, pattern: RegExp): Engine['version'] => ({
  argv: [command, '--version'],
  pattern,
});

/** Versions of the library that print the number of an answer to a list, and nothing else of it. */
const LIST_WITHOUT_WORDS = ['list action', 'list repository'];

/** In the order of the page. */
export const ENGINES: readonly Engine[] = [
  {
    id: 'docker-20.10',
    title: 'Docker Engine 20.10',
    machine: 'host',
    version: toDockerVersion(/^20\.10\./),
    verbs: docker,
  },
  {
    id: 'docker-26.1',
    title: 'Docker Engine 26.1, classic image store',
    machine: 'guest',
    version: toDockerVersion(/^26\.1\./),
    verbs: docker,
  },
  {
    id: 'docker-26.1-containerd',
    title: 'Docker Engine 26.1, containerd image store',
    machine: 'guest',
    version: toDockerVersion(/^26\.1\./),
    env: { DOCKER_HOST: `unix://${CONTAINERD_STORE_SOCKET}` },
    verbs: docker,
  },
  {
    id: 'buildkit-20.10',
    title: 'BuildKit embedded in Docker Engine 20.10',
    machine: 'host',
    version: toDockerVersion(/^20\.10\./),
    env: { DOCKER_BUILDKIT: '1' },
    verbs: buildkit,
  },
  {
    id: 'buildx-0.13',
    title: 'buildx 0.13, BuildKit embedded in Docker Engine 26.1, classic image store',
    machine: 'guest',
    version: { argv: ['docker', 'buildx', 'version'], pattern: / 0\.13\./ },
    verbs: buildx,
  },
  {
    id: 'buildx-0.13-containerd',
    title: 'buildx 0.13, BuildKit embedded in Docker Engine 26.1, containerd image store',
    machine: 'guest',
    version: { argv: ['docker', 'buildx', 'version'], pattern: / 0\.13\./ },
    env: { DOCKER_HOST: `unix://${CONTAINERD_STORE_SOCKET}` },
    verbs: buildx,
  },
  {
    id: 'podman-4.3',
    title: 'Podman 4.3',
    machine: 'host',
    version: toVersion('podman', / 4\.3\./),
    verbs: podman,
    hides: LIST_WITHOUT_WORDS,
  },
  {
    id: 'podman-5.4',
    title: 'Podman 5.4',
    machine: 'guest',
    version: toVersion('podman', / 5\.4\./),
    verbs: podman,
  },
  {
    id: 'buildah-1.28',
    title: 'Buildah 1.28',
    machine: 'host',
    version: toVersion('buildah', / 1\.28\./),
    verbs: buildah,
  },
  {
    id: 'buildah-1.39',
    title: 'Buildah 1.39',
    machine: 'guest',
    version: toVersion('buildah', / 1\.39\./),
    verbs: buildah,
  },
  {
    id: 'skopeo-1.9',
    title: 'Skopeo 1.9',
    machine: 'host',
    version: toVersion('skopeo', / 1\.9\./),
    verbs: skopeo,
    hides: LIST_WITHOUT_WORDS,
  },
  {
    id: 'skopeo-1.18',
    title: 'Skopeo 1.18',
    machine: 'guest',
    version: toVersion('skopeo', / 1\.18\./),
    verbs: skopeo,
  },
  {
    id: 'oras-1.2',
    title: 'ORAS 1.2',
    machine: 'guest',
    version: { argv: ['oras', 'version'], pattern: / 1\.2\./ },
    env: WHOLE_TRUST_ENV,
    verbs: oras,
    // It begins with HEAD of a manifest, and prints neither body nor phrase of the answer.
    hides: ['push repository', 'push digest', 'delete repository', 'delete tag', 'delete digest'],
  },
  {
    id: 'ctr-1.6',
    title: 'ctr, containerd 1.6',
    machine: 'host',
    version: toVersion('ctr', / v?1\.6\./),
    verbs: ctr,
  },
  {
    id: 'ctr-1.7',
    title: 'ctr, containerd 1.7',
    machine: 'guest',
    version: toVersion('ctr', / v?1\.7\./),
    verbs: ctr,
  },
];
