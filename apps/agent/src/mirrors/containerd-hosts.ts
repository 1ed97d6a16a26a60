/** The text of containerd's `hosts.toml` for one registry (`docs/hosts.md` there): whom it asks, in which order, and whom it trusts. Pure. */

import type { Mirror, MirroredRegistry } from '@pullgate/policy';
import { isDockerHub, type RegistryHost } from '@pullgate/reference';
import { OWN_FILE_COMMENT, toOriginUrl } from './mirror-text.ts';

export interface ContainerdHosts {
  readonly host: RegistryHost;
  /** The certificate by which containerd trusts the gateway for the registry itself. */
  readonly certificate?: string;
  readonly mirrored?: MirroredRegistry;
  /** Certificates of authorities by which containerd trusts a mirror, which it looks up nowhere else. */
  readonly certificatesOf: (mirror: RegistryHost) => readonly string[];
}

/** Who is asked last takes the place of the registry where that is closed: containerd would ask the registry itself otherwise. */
export function formatContainerdHosts(hosts: ContainerdHosts): string {
  const { mirrored, certificatesOf } = hosts;
  const endpoints = (mirrored?.mirrors ?? []).map((mirror) => ({
    url: toApiUrl(mirror),
    lines: toMirrorLines(mirror, certificatesOf(mirror.registry)),
  }));
  const replacing = mirrored?.isOriginOpen === false ? endpoints.pop() : undefined;
  const server = replacing ?? toServer(hosts);
  const lines = [
    OWN_FILE_COMMENT,
    `server = ${quoteToml(server.url)}`,
    ...server.lines,
    ...endpoints.flatMap(({ url, lines: inner }) => [
      `[host.${quoteToml(url)}]`,
      ...inner.map((line) => `  ${line}`),
    ]),
    // containerd 1.6 refuses a file without this table
    ...(endpoints.length === 0 ? ['[host]'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function toServer({ host, certificate }: ContainerdHosts): { url: string; lines: readonly string[] } {
  const name = isDockerHub(host) ? 'registry-1.docker.io' : host;
  return { url: `https://${name}`, lines: certificate === undefined ? [] : [toCertificates([certificate])] };
}

/** Below a prefix the path is ours to give, since containerd would put `/v2` behind it. */
function toApiUrl(mirror: Mirror): string {
  return mirror.prefix === undefined ? toOriginUrl(mirror) : `${toOriginUrl(mirror)}/v2/${mirror.prefix}`;
}

const toMirrorLines = ({ prefix }: Mirror, certificates: readonly string[]): readonly string[] => [
  'capabilities = ["pull", "resolve"]',
  ...(prefix === undefined ? [] : ['override_path = true']),
  ...(certificates.length === 0 ? [] : [toCertificates(certificates)]),
];

function toCertificates(paths: readonly string[]): string {
  const [first = '', ...more] = paths.map(quoteToml);
  return more.length === 0 ? `ca = ${first}` : `ca = [${[first, ...more].join(', ')}]`;
}

/** A basic string of TOML 1.0 is a string of JSON here: hosts, prefixes and paths have no control characters. */
const quoteToml = (text: string): string => JSON.stringify(text);
