/** Learns from what a registry answers: what tags lead to, where tokens come from, where to upload. Leaves passing the answer on to pass-response.ts. */

import type { IncomingMessage } from 'node:http';
import { type Digest, parseDigest, type Tag } from '@pullgate/reference';
import {
  type Authority,
  decodeChallenge,
  decodeOciRoute,
  formatAuthority,
  parseAuthority,
} from '@pullgate/wire';
import { digestOf } from './hold-manifest.ts';
import type { JudgedRequest } from './query.ts';
import type { Services, Session } from './services.ts';

/** Whether the body of the answer tells something: a manifest, or a list of those that refer to one. */
export function isWorthReading({ route, entry }: JudgedRequest, response: IncomingMessage): boolean {
  const isManifest = route.kind === 'manifest' || route.kind === 'referrers';
  const { statusCode = 0 } = response;
  // Some clients take every status below 400 for success.
  const hasContent = statusCode >= 200 && statusCode < 400 && statusCode !== 204 && statusCode !== 304;
  return isManifest && entry.action === 'pull' && hasContent;
}

/** Where tokens come from, by the challenge of a 401. */
export function learnRealm(
  { tokenPaths, seenHosts }: Services,
  session: Session,
  response: IncomingMessage,
): void {
  if (response.statusCode !== 401) return;
  const challenge = decodeChallenge(valuesOf(response, 'www-authenticate'));
  if (challenge.kind !== 'bearer') return;
  const host = formatAuthority(challenge.tokenHost, 443);
  const own = formatAuthority(session.target, 443);
  if (host === own) tokenPaths.learn(formatAuthority(session.target), new URL(challenge.realm).pathname);
  else seenHosts?.saw(session.registry, host, 'token');
}

/** What the answer to a HEAD tells, and to a PUT, after which many clients read by digest: which digest the tag has now. */
export function learnFromHead(
  { tags }: Services,
  session: Session,
  { route }: JudgedRequest,
  response: IncomingMessage,
): void {
  const [text] = valuesOf(response, 'docker-content-digest');
  const digest = attemptDigest(text);
  if (
    (response.statusCode !== 200 && response.statusCode !== 201) ||
    digest === undefined ||
    route.kind !== 'manifest' ||
    route.repository === undefined
  )
    return;
  tags.learn(`${session.registry}/${route.repository}`, digest, route.tags);
}

/**
 * What a body tells: its own digest, whatever a header says, and those of the manifests that it lists.
 *
 * @returns the digest of the body
 */
export function learnFromBody(
  { tags }: Services,
  session: Session,
  { route }: JudgedRequest,
  body: Buffer,
): Digest {
  const { repository, digest } = route;
  const own = digestOf(body);
  if (repository === undefined) return own;
  const scope = `${session.registry}/${repository}`;
  const asked: readonly Tag[] =
    route.tags.length > 0 ? route.tags : digest === undefined ? [] : tags.tagsOf(scope, digest);
  if (asked.length === 0) return own;
  if (route.kind === 'manifest') tags.learn(scope, own, asked);
  for (const child of listedManifests(body)) tags.learn(scope, child, asked);
  return own;
}

/** An index lists manifests (OCI image spec, image-index); what is none lists nothing. */
export function listedManifests(body: Buffer): readonly Digest[] {
  if (!body.includes('"manifests"') || !hasFewValues(body)) return [];
  try {
    const { manifests } = JSON.parse(body.toString('utf8')) as { manifests?: unknown };
    if (!Array.isArray(manifests)) return [];
    return manifests
      .slice(0, MAX_CHILDREN)
      .map((child: unknown) => attemptDigest((child as { digest?: unknown } | null)?.digest))
      .filter((digest) => digest !== undefined);
  } catch {
    return [];
  }
}

/** Platforms and attestations together are some dozens. */
const MAX_CHILDREN = 2000;
/** A child has some twenty values. More would cost a hundred times their bytes in memory, which a hostile registry might want. */
const MAX_VALUES = 50_000;
const [OPENING_BRACKET, OPENING_BRACE, COMMA] = Buffer.from('[{,');

/** An upper bound by what begins or parts values, marks inside of strings included. */
function hasFewValues(body: Buffer): boolean {
  let marks = 0;
  for (const byte of body)
    if (byte === OPENING_BRACKET || byte === OPENING_BRACE || byte === COMMA) marks += 1;
  return marks <= MAX_VALUES;
}

/**
 * Where an upload goes on. A place on another host gets a path on the registry that stands for it, since the client may not be let to reach that
 * host itself.
 *
 * @returns the `Location` that the client is to see; undefined when it stays as it is.
 */
export function learnUpload(
  services: Services,
  session: Session,
  judged: JudgedRequest,
  location: URL,
): string | undefined {
  const { repository } = judged.route;
  if (repository === undefined) return undefined;
  const registry = formatAuthority(session.target);
  if (location.protocol === 'https:' && isHost(location, session.target)) {
    const route = decodeOciRoute('PATCH', location.pathname);
    if (route.kind !== 'upload') services.uploads.learn(registry, location.pathname, repository);
    return undefined;
  }
  const target = targetOf(location);
  if (target !== undefined) services.seenHosts?.saw(session.registry, formatAuthority(target, 443), 'upload');
  const path = services.uploads.standIn(registry, location, repository);
  return `https://${formatAuthority(session.target, 443)}${path}`;
}

/** Where a URL leads over TLS; undefined for every other place. */
export function targetOf(url: URL): Authority | undefined {
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined;
  const parsed = parseAuthority(url.host, 443);
  return parsed.ok ? parsed.authority : undefined;
}

function isHost(url: URL, { host, port }: Authority): boolean {
  return url.hostname.replace(/^\[|\]$/g, '') === host && (url.port === '' ? 443 : Number(url.port)) === port;
}

function attemptDigest(text: unknown): Digest | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return parseDigest(text);
  } catch {
    return undefined;
  }
}

function valuesOf(response: IncomingMessage, name: string): readonly string[] {
  return response.headersDistinct[name] ?? [];
}
