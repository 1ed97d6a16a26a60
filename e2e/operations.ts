/** What people do with engines, once against a registry that the policy allows and once against one it does not. */

import { ACCOUNT, ALLOWED, DENIED, DENIED_FILES, FILES } from './lab/names.ts';

export type Engine = 'docker' | 'buildkit' | 'podman' | 'buildah' | 'skopeo' | 'ctr';

export interface Operation {
  readonly engine: Engine;
  /** Names the transcript: golden/ENGINE/NAME-allowed.txt. */
  readonly name: string;
  readonly argv: (registry: string) => readonly string[];
  readonly input?: string;
  /** Set-up that no transcript shows. */
  readonly before?: (registry: string) => readonly string[];
  /** Dockerfile of a build in /root/ENGINE-NAME-VERDICT. */
  readonly dockerfile?: (registry: string, files: string) => string;
}

/** Repository and tag that every registry of the laboratory holds. */
export const APP = 'team/app:1';

const login = (engine: Engine): Operation => ({
  engine,
  name: 'login',
  argv: (registry) => [engine, 'login', '-u', ACCOUNT.name, '--password-stdin', registry],
  input: ACCOUNT.password,
});

const build = (engine: Builder, name: string, dockerfile: Operation['dockerfile']): Operation => ({
  engine,
  name,
  argv: (registry) => [...BUILDERS[engine], `/root/${toContext(engine, name, registry)}`],
  ...(dockerfile && { dockerfile }),
  // Both builders of docker share its sign-in; this one can be tested alone.
  ...(engine === 'buildkit' && {
    before: () => ['docker', 'login', '-u', ACCOUNT.name, '-p', ACCOUNT.password, ALLOWED],
  }),
});

type Builder = 'docker' | 'buildkit' | 'podman' | 'buildah';

const BUILDERS: Readonly<Record<Builder, readonly string[]>> = {
  docker: ['docker', 'build', '--no-cache'],
  buildkit: ['docker', 'build', '--no-cache', '--progress=plain'],
  podman: ['podman', 'build', '--no-cache', '--quiet'],
  buildah: ['buildah', 'bud', '--no-cache', '--quiet'],
};

export const toContext = (engine: Engine, name: string, registry: string): string =>
  `${engine}-${name}-${registry === ALLOWED ? 'allowed' : 'denied'}`;

const fromApp = (registry: string): string => `FROM ${registry}/${APP}\nRUN echo built > /built\n`;
const addFile = (_: string, files: string): string =>
  `FROM ${ALLOWED}/${APP}\nADD https://${files}/notes.txt /notes.txt\n`;
const credentials = `${ACCOUNT.name}:${ACCOUNT.password}`;

/** In this order: what one operation leaves behind (a sign-in, an image) the next may need. */
export const OPERATIONS: readonly Operation[] = [
  login('docker'),
  {
    engine: 'docker',
    name: 'run',
    argv: (registry) => ['docker', 'run', '--rm', `${registry}/${APP}`, 'echo', 'hello'],
  },
  {
    engine: 'docker',
    name: 'pull',
    before: () => ['docker', 'image', 'rm', '--force', `${ALLOWED}/${APP}`],
    argv: (registry) => ['docker', 'pull', `${registry}/${APP}`],
  },
  {
    engine: 'docker',
    name: 'push',
    before: (registry) => ['docker', 'tag', `${ALLOWED}/${APP}`, `${registry}/team/docker:1`],
    argv: (registry) => ['docker', 'push', `${registry}/team/docker:1`],
  },
  build('docker', 'build-from', fromApp),
  build('docker', 'build-add', addFile),
  build('buildkit', 'build-from', fromApp),
  build('buildkit', 'build-add', addFile),
  build('buildkit', 'build-syntax', (registry) => `# syntax=${registry}/docker/dockerfile:1\nFROM scratch\n`),
  login('podman'),
  {
    engine: 'podman',
    name: 'run',
    argv: (registry) => ['podman', 'run', '--rm', `${registry}/${APP}`, 'echo', 'hello'],
  },
  {
    engine: 'podman',
    name: 'pull',
    before: () => ['podman', 'image', 'rm', '--ignore', `${ALLOWED}/${APP}`],
    argv: (registry) => ['podman', 'pull', `${registry}/${APP}`],
  },
  {
    engine: 'podman',
    name: 'push',
    argv: (registry) => ['podman', 'push', `${ALLOWED}/${APP}`, `${registry}/team/podman:1`],
  },
  build('podman', 'build-from', fromApp),
  login('buildah'),
  {
    engine: 'buildah',
    name: 'pull',
    before: () => ['podman', 'image', 'rm', '--all', '--force'],
    argv: (registry) => ['buildah', 'pull', `${registry}/${APP}`],
  },
  {
    engine: 'buildah',
    name: 'push',
    argv: (registry) => ['buildah', 'push', `${ALLOWED}/${APP}`, `${registry}/team/buildah:1`],
  },
  build('buildah', 'build-from', fromApp),
  login('skopeo'),
  {
    engine: 'skopeo',
    name: 'inspect',
    argv: (registry) => ['skopeo', 'inspect', '--raw', `docker://${registry}/${APP}`],
  },
  {
    engine: 'skopeo',
    name: 'pull',
    argv: (registry) => ['skopeo', 'copy', `docker://${registry}/${APP}`, 'dir:/root/skopeo'],
  },
  {
    engine: 'skopeo',
    name: 'push',
    argv: (registry) => [
      'skopeo',
      'copy',
      '--preserve-digests',
      'dir:/root/skopeo',
      `docker://${registry}/team/skopeo:1`,
    ],
  },
  {
    engine: 'ctr',
    name: 'pull',
    argv: (registry) => ['ctr', 'images', 'pull', '--user', credentials, `${registry}/${APP}`],
  },
  {
    engine: 'ctr',
    name: 'push',
    argv: (registry) => [
      'ctr',
      'images',
      'push',
      '--user',
      credentials,
      `${registry}/team/ctr:1`,
      `${ALLOWED}/${APP}`,
    ],
  },
];

/** Docker Hub has several names, and engines do not say the one that people do. The policy lists none of them. */
export const HUB_OPERATIONS: readonly Operation[] = [
  { engine: 'docker', name: 'pull-hub', argv: () => ['docker', 'pull', 'alpine'] },
  build('buildkit', 'build-hub', () => 'FROM alpine\n'),
  build('buildkit', 'build-hub-syntax', () => '# syntax=docker/dockerfile:1\nFROM scratch\n'),
  { engine: 'podman', name: 'pull-hub', argv: () => ['podman', 'pull', 'docker.io/library/alpine'] },
  { engine: 'skopeo', name: 'inspect-hub', argv: () => ['skopeo', 'inspect', 'docker://alpine'] },
  {
    engine: 'ctr',
    name: 'pull-hub',
    argv: () => ['ctr', 'images', 'pull', 'docker.io/library/alpine:latest'],
  },
];

/** Environment that chooses the builder; every other engine ignores it. */
export function toEngineEnv(engine: Engine): Readonly<Record<string, string>> {
  return { DOCKER_BUILDKIT: engine === 'buildkit' ? '1' : '0' };
}

/** The web server that goes with a registry. */
export const toFiles = (registry: string): string => (registry === DENIED ? DENIED_FILES : FILES);
