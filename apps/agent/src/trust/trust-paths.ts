/** Says where the files of inspection are. Pure. */

import { dirname, join } from 'node:path';
import { parseRegistryHost, type RegistryHost } from '@pullgate/reference';
import { PODMAN_REGISTRIES_PATH } from '../mirrors/podman-path.ts';

/** Root's own: authorities whose keys are kept, and the newest policy that was seen. */
const ROOT_DIRECTORY = '/var/lib/pullgate/trust';
export const HUB_KEY_PATH = `${ROOT_DIRECTORY}/hub-key.pem`;
export const HUB_AUTHORITY_PATH = `${ROOT_DIRECTORY}/hub-ca.pem`;
export const POSITION_PATH = `${ROOT_DIRECTORY}/position.json`;

/** dockerd reads every file in it, once (SSL_CERT_DIR). */
export const HUB_DIRECTORY = '/etc/pullgate/trust/hub';
export const HUB_CERTIFICATE_PATH = `${HUB_DIRECTORY}/pullgate-hub.pem`;

/** Read by dockerd, BuildKit, Podman, Buildah and Skopeo; a directory per registry. */
export const DOCKER_CERTIFICATES = '/etc/docker/certs.d';
/** Read by Podman, Buildah and Skopeo instead of Docker's, where it knows the registry. */
export const CONTAINERS_CERTIFICATES = '/etc/containers/certs.d';
export const CONTAINERD_HOSTS = '/etc/containerd/certs.d';

/** Name of our certificate beside those of others. */
export const CERTIFICATE_NAME = 'pullgate.crt';
export const HOSTS_NAME = 'hosts.toml';

/** Files of one registry in the agent's directory. */
export const AGENT_FILES = {
  leaf: 'leaf.pem',
  key: 'key.pem',
  upstreamAuthority: 'upstream-ca.pem',
  client: 'client.pem',
  clientKey: 'client-key.pem',
} as const;
export type AgentFile = (typeof AGENT_FILES)[keyof typeof AGENT_FILES];

export const toEnginePath = (directory: string, host: RegistryHost): string =>
  join(directory, host, CERTIFICATE_NAME);

export const toHostsPath = (host: RegistryHost): string => join(CONTAINERD_HOSTS, host, HOSTS_NAME);

/** @param name `host` or `host:port`, as engines dial it */
export const toAgentPath = (agentDir: string, name: string, file: AgentFile): string =>
  join(agentDir, 'trust', name, file);

/** The registry whose file in the agent's directory this is, as `toAgentPath` made it. */
export function hostOfAgentPath(path: string, agentDir: string): RegistryHost | undefined {
  const prefix = `${join(agentDir, 'trust')}/`;
  const [host = '', file = '', ...rest] = path.startsWith(prefix) ? path.slice(prefix.length).split('/') : [];
  const isOurs = host !== '' && rest.length === 0 && Object.values<string>(AGENT_FILES).includes(file);
  return isOurs ? parseRegistryHost(host) : undefined;
}

/** Whether the path is that of a file by which an engine trusts the gateway, or is told whom to ask. */
export function isTrustPath(path: string): boolean {
  const isCertificate = [DOCKER_CERTIFICATES, CONTAINERS_CERTIFICATES].some((directory) =>
    isIn(path, directory, CERTIFICATE_NAME),
  );
  return isCertificate || isHostsPath(path) || [HUB_CERTIFICATE_PATH, PODMAN_REGISTRIES_PATH].includes(path);
}

export const isHostsPath = (path: string): boolean => isIn(path, CONTAINERD_HOSTS, HOSTS_NAME);

/** Directories that may have been made for a file, the innermost first. */
export function directoriesOf(path: string): readonly string[] {
  const levels = path === HUB_CERTIFICATE_PATH ? 3 : path === PODMAN_REGISTRIES_PATH ? 1 : 2;
  const directories = [dirname(path)];
  while (directories.length < levels) directories.push(dirname(directories.at(-1) ?? '/'));
  return directories;
}

const isIn = (path: string, directory: string, name: string): boolean =>
  path.startsWith(`${directory}/`) && path.endsWith(`/${name}`);
