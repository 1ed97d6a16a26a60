/**
 * Reads and writes a catalog as JSON. Unknown members are refused: whoever signs a catalog must mean all of it. Leaves
 * signatures to the bundle package.
 *
 *     catalog = { "format": 1, "version": text, "profiles": [ profile … ], "sharedHosts": [ text … ] }
 *     profile = { "registry": text, "name": text, "apiHosts": […], "tokenHosts": […], "blobHosts": […], "broadBlobHosts": […] }
 */

import { quote } from '@pullgate/errors';
import type { RegistryProfile } from '@pullgate/policy';
import type { Catalog } from './catalog.ts';
import { CatalogError } from './catalog-error.ts';
import { parseCatalogVersion } from './catalog-version.ts';
import { validateCatalog } from './validate-catalog.ts';

/** The shipped one takes 40 KiB, and every agent downloads it with the policy. */
export const MAX_CATALOG_BYTES = 512 * 1024;

const FORMAT = 1;
/** Five times what ships; judging takes the square of it. */
const MAX_PROFILES = 500;
/** All regions of several clouds. */
const MAX_SHARED_HOSTS = 2000;
/** One registry has some dozens. */
const MAX_HOSTS = 200;
/** `**.` and a name of 253 characters with its port. */
const MAX_HOST_LENGTH = 262;
const MAX_NAME_LENGTH = 100;

const HOST_LISTS = ['apiHosts', 'tokenHosts', 'blobHosts', 'broadBlobHosts'] as const;

/** Parses the text of a catalog. @throws CatalogError of every code */
export function parseCatalogText(text: string): Catalog {
  // Counts UTF-16 units: the text has at least as many bytes, and what passes is counted in bytes nowhere.
  if (text.length > MAX_CATALOG_BYTES) {
    throw new CatalogError('CATALOG_TOO_LARGE', `expected at most ${MAX_CATALOG_BYTES} bytes`);
  }
  return parseCatalog(parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CatalogError('CATALOG_MALFORMED', 'expected JSON', { cause });
  }
}

/** Parses a catalog and judges it. @throws CatalogError `CATALOG_MALFORMED`, `CATALOG_UNSOUND` */
export function parseCatalog(value: unknown): Catalog {
  const fields = objectAt(value, '', ['format', 'version', 'profiles', 'sharedHosts']);
  if (fields.format !== FORMAT) throw malformed('/format', `${FORMAT}`);
  const version = textAt(fields.version, '/version', MAX_NAME_LENGTH);
  parseCatalogVersion(version);
  const catalog: Catalog = {
    version,
    profiles: listAt(fields.profiles, '/profiles', MAX_PROFILES).map((item, at) =>
      parseProfile(item, `/profiles/${at}`),
    ),
    sharedHosts: hostsAt(fields.sharedHosts, '/sharedHosts', MAX_SHARED_HOSTS),
  };
  refuseUnsound(catalog);
  return catalog;
}

/** The text that `parseCatalogText` reads, with a profile's hosts each on a line, so that a diff shows what changed. */
export function formatCatalog({ version, profiles, sharedHosts }: Catalog): string {
  return `${JSON.stringify(toCatalogJson({ version, profiles, sharedHosts }), null, 2)}\n`;
}

/** The value that is signed. */
export function toCatalogJson({ version, profiles, sharedHosts }: Catalog): object {
  return { format: FORMAT, version, profiles, sharedHosts };
}

function parseProfile(value: unknown, path: string): RegistryProfile {
  const fields = objectAt(value, path, ['registry', 'name', ...HOST_LISTS]);
  const [apiHosts, tokenHosts, blobHosts, broadBlobHosts] = HOST_LISTS.map((list) =>
    hostsAt(fields[list], `${path}/${list}`, MAX_HOSTS),
  ) as [readonly string[], readonly string[], readonly string[], readonly string[]];
  const registry = textAt(fields.registry, `${path}/registry`, MAX_HOST_LENGTH);
  const name = textAt(fields.name, `${path}/name`, MAX_NAME_LENGTH);
  return { registry, name, apiHosts, tokenHosts, blobHosts, broadBlobHosts };
}

function refuseUnsound({ profiles, sharedHosts }: Catalog): void {
  const problems = validateCatalog({ profiles, sharedHosts: new Set(sharedHosts) });
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? '' : ` and ${problems.length - 1} more`;
  throw new CatalogError(
    'CATALOG_UNSOUND',
    `${first.code} at ${quote(first.host)} of ${quote(first.registry)}${more}`,
    { problems },
  );
}

function objectAt(
  value: unknown,
  path: string,
  members: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(path || '/', 'an object');
  }
  const unknown = Object.keys(value).find((member) => !members.includes(member));
  if (unknown !== undefined) throw malformed(path || '/', `no member ${quote(unknown)}`);
  return value as Readonly<Record<string, unknown>>;
}

function listAt(value: unknown, path: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw malformed(path, `a list of at most ${most}`);
  return value;
}

function hostsAt(value: unknown, path: string, most: number): readonly string[] {
  return listAt(value, path, most).map((host, at) => textAt(host, `${path}/${at}`, MAX_HOST_LENGTH));
}

/** Printable ASCII: names and hosts are shown on terminals. */
function textAt(value: unknown, path: string, longest: number): string {
  if (
    typeof value === 'string' &&
    value.length <= longest &&
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
  )
    return value;
  throw malformed(path, `1 to ${longest} printable ASCII characters`);
}

function malformed(path: string, expected: string): CatalogError {
  return new CatalogError('CATALOG_MALFORMED', `expected ${expected} at ${path}`);
}
