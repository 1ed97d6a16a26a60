/**
 * Judges catalog data, so that a profile added in good faith cannot open more than its registry. Leaves the truth of
 * the hosts to the evidence beside them.
 */

import type { RegistryProfile } from '@pullgate/policy';
import { type HostPattern, hasOverlap, InvalidReferenceError, parseHostPattern } from '@pullgate/reference';
import { openedHosts } from './catalog-index.ts';

export const CATALOG_PROBLEM_CODES = [
  'HOST_UNPARSABLE',
  'HOST_DUPLICATE',
  'REGISTRY_DUPLICATE',
  'OPENS_REGISTRY',
  'BROAD_AS_DEDICATED',
  'SHARED_UNDECLARED',
] as const;

export interface CatalogProblem {
  readonly code: (typeof CATALOG_PROBLEM_CODES)[number];
  /** The profile's registry. */
  readonly registry: string;
  readonly host: string;
}

export interface CatalogData {
  readonly profiles: readonly RegistryProfile[];
  /** Hosts that may stand in several profiles. */
  readonly sharedHosts: ReadonlySet<string>;
}

/**
 * Hosts where anybody can rent room: a wildcard over one, or one itself, would open every other tenant's content. A
 * single tenant's host below it, by its exact name, is dedicated.
 */
const RENTED = [
  ...['storage.googleapis.com', '**.storage.googleapis.com', '**.amazonaws.com', '**.cloudfront.net'],
  ...['**.r2.cloudflarestorage.com', '**.core.windows.net', '**.azureedge.net', '**.azurefd.net'],
  ...['**.githubusercontent.com', '**.data.azurecr.io', '**.oraclecloud.com', '**.digitaloceanspaces.com'],
  ...['**.cloud-object-storage.appdomain.cloud', '**.fastly.net', '**.akamaized.net', '**.backblazeb2.com'],
].map((text) => parseHostPattern(text));

/** S3's own endpoints, where the bucket stands in the path: `s3.amazonaws.com`, `s3-us-west-2.amazonaws.com`. */
const PATH_STYLE_S3 = /^s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com$/;

/** Every problem at once; none for sound data. */
export function validateCatalog(data: CatalogData): readonly CatalogProblem[] {
  const unparsable = data.profiles.flatMap(unparsableHosts);
  if (unparsable.length > 0) return unparsable;
  return [
    ...duplicateRegistries(data),
    ...data.profiles.flatMap(duplicateHosts),
    ...data.profiles.flatMap((profile) => openedRegistries(profile, data)),
    ...data.profiles.flatMap(broadAsDedicated),
    ...data.profiles.flatMap((profile) => undeclaredShares(profile, data)),
  ];
}

function toProblems(
  code: CatalogProblem['code'],
  { registry }: RegistryProfile,
  hosts: readonly string[],
): readonly CatalogProblem[] {
  return hosts.map((host) => ({ code, registry, host }));
}

function allHosts(profile: RegistryProfile): readonly string[] {
  return [...openedHosts(profile), ...profile.broadBlobHosts];
}

function unparsableHosts(profile: RegistryProfile): readonly CatalogProblem[] {
  const hosts = [profile.registry, ...allHosts(profile)].filter((host) => !isUsable(host));
  return toProblems('HOST_UNPARSABLE', profile, hosts);
}

/** A bare `**` parses, and is no host of any registry. */
function isUsable(text: string): boolean {
  try {
    return parseHostPattern(text).kind !== 'any';
  } catch (error) {
    if (error instanceof InvalidReferenceError) return false;
    throw error;
  }
}

function duplicateRegistries({ profiles }: CatalogData): readonly CatalogProblem[] {
  const registries = profiles.map((profile) => profile.registry);
  return profiles
    .filter(({ registry }, index) => registries.indexOf(registry) !== index)
    .flatMap((profile) => toProblems('REGISTRY_DUPLICATE', profile, [profile.registry]));
}

function duplicateHosts(profile: RegistryProfile): readonly CatalogProblem[] {
  const hosts = [profile.registry, ...allHosts(profile)];
  return toProblems(
    'HOST_DUPLICATE',
    profile,
    hosts.filter((host, index) => hosts.indexOf(host) !== index),
  );
}

function openedRegistries(profile: RegistryProfile, { profiles }: CatalogData): readonly CatalogProblem[] {
  const others = profiles.filter((other) => other !== profile).flatMap(registryPatterns);
  const hosts = openedHosts(profile).filter((host) => {
    const pattern = parseHostPattern(host);
    return others.some((other) => hasOverlap(pattern, other));
  });
  return toProblems('OPENS_REGISTRY', profile, hosts);
}

function registryPatterns(profile: RegistryProfile): readonly HostPattern[] {
  return [profile.registry, ...profile.apiHosts].map((text) => parseHostPattern(text));
}

function broadAsDedicated(profile: RegistryProfile): readonly CatalogProblem[] {
  return toProblems('BROAD_AS_DEDICATED', profile, openedHosts(profile).filter(isRentedHost));
}

/** Whether anybody can rent room under this host or pattern, so that it must never open. @throws InvalidReferenceError */
export function isRentedHost(host: string): boolean {
  const pattern = parseHostPattern(host);
  if (pattern.kind !== 'exact') return RENTED.some((rented) => hasOverlap(rented, pattern));
  return (
    PATH_STYLE_S3.test(host) ||
    RENTED.some((rented) => rented.kind === 'exact' && rented.host === pattern.host)
  );
}

/** Whether others rent room where this host is, the host's own tenant included: what is not vouched for is not told apart. */
export function isSharedStorage(host: string): boolean {
  const pattern = parseHostPattern(host);
  return PATH_STYLE_S3.test(host) || RENTED.some((rented) => hasOverlap(rented, pattern));
}

function undeclaredShares(profile: RegistryProfile, data: CatalogData): readonly CatalogProblem[] {
  const elsewhere = new Set(data.profiles.filter((other) => other !== profile).flatMap(openedHosts));
  const hosts = openedHosts(profile).filter((host) => elsewhere.has(host) && !data.sharedHosts.has(host));
  return toProblems('SHARED_UNDECLARED', profile, hosts);
}
