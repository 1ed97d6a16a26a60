/**
 * Parses and formats references as Docker reads them. Leaves the parts to their own modules.
 *
 *     reference = [ registry "/" ] repository [ ":" tag ] [ "@" digest ]
 *
 * The text before the first "/" is a registry when it is `localhost`, holds "." or ":", or is not all lower case;
 * else the whole is a repository of Docker Hub.
 */

import { quote } from '@pullgate/errors';
import { parseDigest } from './digest.ts';
import { InvalidReferenceError, quoteHost } from './error.ts';
import { DOCKER_HUB, isDockerHub, parseRegistryHost, splitPort } from './registry-host.ts';
import { parseRepository, toCanonicalRepository, toFamiliarRepository } from './repository.ts';
import { DEFAULT_TAG, parseTag } from './tag.ts';
import type { Reference, RegistryHost } from './types.ts';

/** Longest valid input: host 253, port 6, slash, repository 255, tag 129, digest 136; rounded up. */
const MAX_REFERENCE_LENGTH = 1024;

const DIGEST_HEX = /^[a-f0-9]{64}$/;

/** What the distribution lets stand for a host in a reference: no underscore, no Unicode, no trailing dot. */
const REFERENCE_HOST = /^(?:\[[a-fA-F0-9:]+\]|[A-Za-z0-9.-]*[A-Za-z0-9])(?::.*)?$/s;

/**
 * Parses a reference in any form Docker accepts, familiar (`alpine`) or canonical, and normalizes it. With tag and
 * digest both, the digest wins; with neither, the tag is `latest`.
 *
 * @throws InvalidReferenceError with any code but those of patterns.
 */
export function parseReference(text: string): Reference {
  checkWhole(text);
  const [hostText, rest] = splitRegistry(text);
  const registry = hostText === undefined ? DOCKER_HUB : parseReferenceHost(hostText);
  const [named, digestText] = cut(rest, '@');
  const [name, tagText] = cut(named, ':');
  const repository = toCanonicalRepository(registry, parseRepository(name));
  const tag = tagText === undefined ? DEFAULT_TAG : parseTag(tagText);
  if (digestText === undefined) return { registry, repository, tag };
  return { registry, repository, digest: parseDigest(digestText) };
}

function checkWhole(text: string): void {
  if (text === '') throw new InvalidReferenceError('REFERENCE_EMPTY', 'expected a reference, got nothing');
  if (text.length > MAX_REFERENCE_LENGTH) {
    throw new InvalidReferenceError(
      'REFERENCE_TOO_LONG',
      `a reference has at most ${MAX_REFERENCE_LENGTH} characters, got ${text.length}`,
    );
  }
  if (DIGEST_HEX.test(text)) {
    throw new InvalidReferenceError(
      'NAME_IS_DIGEST_HEX',
      `64 hex characters name an image, not a repository: ${quote(text)}`,
    );
  }
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text);
  if (scheme !== null) {
    throw new InvalidReferenceError(
      'REFERENCE_HAS_SCHEME',
      `a reference has no scheme, got ${quote(scheme[0])}`,
      {
        hint: 'begin with the registry, as in registry.example:5000/team/app:1',
      },
    );
  }
}

function splitRegistry(text: string): readonly [registry: string | undefined, rest: string] {
  const slash = text.indexOf('/');
  const first = text.slice(0, Math.max(slash, 0));
  return isRegistryText(first) ? [first, text.slice(slash + 1)] : [undefined, text];
}

/** `Team/app` names the registry `team`: Docker takes upper case for a host, as no namespace may have it. */
function isRegistryText(first: string): boolean {
  return first === 'localhost' || /[.:A-Z]/.test(first);
}

function parseReferenceHost(text: string): RegistryHost {
  if (REFERENCE_HOST.test(text)) return parseRegistryHost(text);
  throw new InvalidReferenceError(
    'HOST_INVALID',
    `a registry in a reference is host[:port], got ${quoteHost(text)}`,
  );
}

function cut(text: string, separator: string): readonly [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The canonical form, for example `docker.io/library/alpine:latest`. Parsing it gives the same reference. */
export function formatReference(reference: Reference): string {
  return `${formatRegistry(reference.registry)}/${reference.repository}${formatVersion(reference)}`;
}

/**
 * The form people write: Docker Hub and its `library/` left out, `alpine:latest`. Where the short form would name
 * another registry (`docker.io/localhost/app`), the registry stays.
 */
export function formatFamiliarReference(reference: Reference): string {
  const { registry, repository } = reference;
  const first = repository.slice(0, Math.max(repository.indexOf('/'), 0));
  if (!isDockerHub(registry) || isRegistryText(first)) return formatReference(reference);
  return toFamiliarRepository(registry, repository) + formatVersion(reference);
}

/** A host of one label would be read as a namespace of Docker Hub, so its port is written even when it is 443. */
function formatRegistry(registry: RegistryHost): string {
  const [hostname, port] = splitPort(registry);
  const isPlain = hostname === 'localhost' || port !== undefined || /[.[]/.test(hostname);
  return isPlain ? registry : `${registry}:443`;
}

function formatVersion({ tag, digest }: Reference): string {
  if (digest !== undefined) return `@${digest}`;
  return tag === undefined ? '' : `:${tag}`;
}
