/** Finds what engines know of a registry's own certificates, so that the gateway verifies it as strictly as they would. Reads only. */

import { join } from 'node:path';
import type { RegistryHost } from '@pullgate/reference';
import type { Host } from '../install/host.ts';
import { CERTIFICATE_NAME, CONTAINERS_CERTIFICATES, DOCKER_CERTIFICATES } from './trust-paths.ts';

/** PEM texts. */
export interface RegistryCertificates {
  /** The registry's own authorities, one after the other. */
  readonly authorities?: string;
  /** By which engines tell the registry who they are. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** `*.crt` are authorities, `x.cert` with `x.key` is a client certificate: the first of them, as engines take it. */
export function findRegistryCertificates(host: Host, registry: RegistryHost): RegistryCertificates {
  const directories = toDirectories(registry).filter((directory) => host.list(directory).length > 0);
  const authorities = directories.flatMap((directory) => loadAuthorities(host, directory)).join('');
  const client = directories.flatMap((directory) => loadClients(host, directory))[0];
  return { ...(authorities === '' ? {} : { authorities }), ...(client === undefined ? {} : { client }) };
}

/** Engines look under the name that somebody typed, so port 443 may stand in it. */
function toDirectories(registry: RegistryHost): readonly string[] {
  const isPortGiven = /:\d+$/.test(registry) && !registry.endsWith(']');
  const names = isPortGiven ? [registry] : [registry, `${registry}:443`];
  return [DOCKER_CERTIFICATES, CONTAINERS_CERTIFICATES].flatMap((base) =>
    names.map((name) => join(base, name)),
  );
}

/** Paths of the certificates of a registry's own authorities. */
export const listAuthorities = (host: Host, registry: RegistryHost): readonly string[] =>
  toDirectories(registry).flatMap((directory) => listOwn(host, directory));

const listOwn = (host: Host, directory: string): readonly string[] =>
  host
    .list(directory)
    .filter((name) => name.endsWith('.crt') && name !== CERTIFICATE_NAME)
    .map((name) => join(directory, name));

const loadAuthorities = (host: Host, directory: string): readonly string[] =>
  listOwn(host, directory).flatMap((path) => withNewline(host.load(path)));

function loadClients(host: Host, directory: string): readonly NonNullable<RegistryCertificates['client']>[] {
  return host
    .list(directory)
    .filter((name) => name.endsWith('.cert'))
    .flatMap((name) => {
      const [certificate] = withNewline(host.load(join(directory, name)));
      const [key] = withNewline(host.load(join(directory, name.replace(/\.cert$/, '.key'))));
      return certificate === undefined || key === undefined ? [] : [{ certificate, key }];
    });
}

function withNewline(text: string | undefined): readonly string[] {
  if (text === undefined || text.trim() === '') return [];
  return [text.endsWith('\n') ? text : `${text}\n`];
}
