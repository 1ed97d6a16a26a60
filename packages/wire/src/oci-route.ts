/** Decodes a request to a registry into what it asks for. Leaves judging it to the policy. */

import type { Action } from '@pullgate/policy';
import {
  type Digest,
  parseDigest,
  parseRepository,
  parseTag,
  type Repository,
  type Tag,
} from '@pullgate/reference';

export type OciRouteKind =
  | 'ping'
  | 'manifest'
  | 'blob'
  | 'upload'
  | 'mount'
  | 'tags'
  | 'referrers'
  | 'catalog'
  | 'unknown';

export interface OciRoute {
  readonly kind: OciRouteKind;
  readonly repository?: Repository;
  /** Tags that the request reads or sets; every one must be allowed. */
  readonly tags: readonly Tag[];
  readonly digest?: Digest;
  /**
   * What the request may be; one of them must be allowed. HEAD is a pull or the beginning of a push. Empty for `ping`
   * (no action) and for `unknown` (to be denied).
   */
  readonly actions: readonly Action[];
  /** Repository that a mount reads from: pulling it must be allowed too. */
  readonly mountFrom?: Repository;
}

const UNKNOWN: OciRoute = { kind: 'unknown', tags: [], actions: [] };
const PING: OciRoute = { kind: 'ping', tags: [], actions: [] };
/** Token endpoints that registries keep below `/v2/` (ghcr's and gcr's `token`, Quay's `auth`); no action, like the ping. */
const TOKEN_PATHS: ReadonlySet<string> = new Set(['/v2/token', '/v2/auth']);

/** Servers decode once; who encodes deeper than this hides something. */
const MAX_ENCODING_DEPTH = 3;

/**
 * Whether a path lies below `/v2`, or would for a server that decodes or tidies it first. Such a path belongs to
 * {@link decodeOciRoute}, which refuses every spelling but the plain one: else `/%762/...` would pass as no registry path.
 */
export function isOciPath(path: string): boolean {
  let text = path;
  for (let depth = 0; ; depth += 1) {
    // At each depth: what is one for a server that does not decode need not be one for a server that does.
    if (leadsToRegistry(text)) return true;
    if (!ESCAPE.test(text)) return false;
    if (depth === MAX_ENCODING_DEPTH) return true;
    text = text.replace(ESCAPES, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
  }
}

const ESCAPE = /%[0-9a-f]{2}/i;
const ESCAPES = /%[0-9a-f]{2}/gi;

function leadsToRegistry(text: string): boolean {
  const kept: string[] = [];
  for (const segment of text.toLowerCase().split(/[/\\]/)) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return /^v2(?:;|$)/.test(kept[0] ?? '');
}

/**
 * Decodes method, path and query of a request to a registry (OCI distribution spec 1.1, end-1 to end-13, and
 * distribution's catalog). Whatever is not in the table is `unknown`. Never throws.
 *
 *     GET HEAD          /v2/                                          ping
 *     GET HEAD          /v2/<name>/manifests/<tag or digest>          pull (HEAD: pull or push)
 *     PUT               /v2/<name>/manifests/<tag or digest> ?tag=    push
 *     GET HEAD          /v2/<name>/blobs/<digest>                     pull (HEAD: pull or push)
 *     DELETE            /v2/<name>/{manifests,blobs}/<…>              delete
 *     POST              /v2/<name>/blobs/uploads/ ?mount= &from=      push, and pull of `from`
 *     POST              /v2/<name>/blobs/uploads/ ?digest=            push
 *     GET PATCH PUT DELETE /v2/<name>/blobs/uploads/<session>         push; PUT with ?digest=
 *     GET               /v2/<name>/{tags/list,referrers/<digest>}     pull
 *     GET               /v2/_catalog                                  catalog
 */
export function decodeOciRoute(method: string, path: string, query = ''): OciRoute {
  if (!isPlain(path)) return UNKNOWN;
  const reads = method === 'GET' || method === 'HEAD';
  if (path === '/v2/' || path === '/v2') return reads ? PING : UNKNOWN;
  if (TOKEN_PATHS.has(path)) return reads || method === 'POST' ? PING : UNKNOWN;
  if (path === '/v2/_catalog') return reads ? { kind: 'catalog', tags: [], actions: ['catalog'] } : UNKNOWN;
  const segments = path.slice('/v2/'.length).split('/');
  return decodeUpload(method, segments, query) ?? decodeContent(method, segments, query) ?? UNKNOWN;
}

/** Percent-encoding, empty and dot segments have no place in these paths; a server might read them as another path. */
function isPlain(path: string): boolean {
  return path.length <= 4096 && /^\/v2(?:\/|$)/.test(path) && !/[%\\;]|\/\/|\/\.{1,2}(?:\/|$)/.test(path);
}

/** `<name>/blobs/uploads/` and `<name>/blobs/uploads/<session>`; what a session looks like is the registry's affair. */
function decodeUpload(method: string, segments: readonly string[], query: string): OciRoute | undefined {
  const at = segments.length - 2;
  if (segments[at] !== 'uploads' || segments[at - 1] !== 'blobs') return undefined;
  const repository = toRepository(segments.slice(0, at - 1));
  if (repository === undefined) return undefined;
  const start = segments[at + 1] === '';
  if (start && hasTwoReadings(query)) return undefined;
  if (start) return method === 'POST' ? decodeUploadStart(repository, query) : undefined;
  if (!['GET', 'HEAD', 'PATCH', 'PUT', 'DELETE'].includes(method)) return undefined;
  return method === 'PUT' ? toNamedUpload(repository, query) : { kind: 'upload', repository, ...PUSH };
}

/** The route of an upload whose path only the registry knows. */
export function decodeUnknownUpload(method: string, repository: Repository, query = ''): OciRoute {
  if (method !== 'PUT' && method !== 'POST') return { kind: 'upload', repository, ...PUSH };
  return toNamedUpload(repository, query) ?? UNKNOWN;
}

const PUSH = { tags: [], actions: ['push'] } as const;

/**
 * What ends an upload names its digest (OCI distribution spec, "POST then PUT"). The rest of the query is the registry's own, so
 * that only this name must have one reading; a value that is no digest is for the registry to refuse.
 */
function toNamedUpload(repository: Repository, query: string): OciRoute | undefined {
  const parted = query.replaceAll(';', '&');
  const named = new URLSearchParams(parted).getAll('digest');
  if (named.length > 1 || hasDisguised(parted, 'digest')) return undefined;
  const [digest] = named.map((text) => attempt(parseDigest, text));
  return { kind: 'upload', repository, ...PUSH, ...(digest && { digest }) };
}

function decodeUploadStart(repository: Repository, query: string): OciRoute | undefined {
  const parameters = new URLSearchParams(query);
  const push = { repository, ...PUSH };
  if (!parameters.has('mount') && !parameters.has('from')) return toNamedUpload(repository, query);
  if (parameters.has('digest') || hasDisguised(query, 'digest')) return undefined;
  const [from, ...more] = parameters.getAll('from');
  const digest = single(parameters, 'mount', parseDigest);
  if (digest === undefined || more.length > 0) return undefined;
  if (from === undefined) return { kind: 'mount', ...push, digest };
  const mountFrom = attempt(parseRepository, from);
  return mountFrom === undefined ? undefined : { kind: 'mount', ...push, digest, mountFrom };
}

function decodeContent(method: string, segments: readonly string[], query: string): OciRoute | undefined {
  const kind = segments.at(-2);
  const last = segments.at(-1) ?? '';
  const repository = toRepository(segments.slice(0, -2));
  if (repository === undefined) return undefined;
  if (kind === 'manifests') return decodeManifest(method, repository, last, query);
  if (kind === 'tags' && last === 'list') return toPull(method, { kind: 'tags', repository });
  const digest = attempt(parseDigest, last);
  if (digest === undefined) return undefined;
  if (kind === 'referrers') return toPull(method, { kind: 'referrers', repository, digest });
  if (kind !== 'blobs' || method === 'PUT') return undefined;
  const actions = contentActions(method);
  return actions && { kind: 'blob', repository, tags: [], digest, actions };
}

function decodeManifest(
  method: string,
  repository: Repository,
  reference: string,
  query: string,
): OciRoute | undefined {
  const actions = contentActions(method);
  if (actions === undefined) return undefined;
  const named = reference.includes(':') ? undefined : attempt(parseTag, reference);
  const digest = reference.includes(':') ? attempt(parseDigest, reference) : undefined;
  if (named === undefined && digest === undefined) return undefined;
  if (method === 'PUT' && hasTwoReadings(query)) return undefined;
  const more = method === 'PUT' ? new URLSearchParams(query).getAll('tag') : [];
  const set = more.map((text) => attempt(parseTag, text));
  const tags = [named, ...set].filter((tag) => tag !== undefined);
  if (set.includes(undefined)) return undefined;
  return { kind: 'manifest', repository, tags, actions, ...(digest && { digest }) };
}

/**
 * Old servers (Go before 1.17, Python before 3.9.2) part parameters at `;` too: they would see a `from` or `tag` that was not judged. So would those
 * that do not mind the case of names, or take `from[]` for one.
 */
function hasTwoReadings(query: string): boolean {
  return query.includes(';') || JUDGED_PARAMETERS.some((name) => hasDisguised(query, name));
}

const JUDGED_PARAMETERS = ['mount', 'from', 'tag'];

/** Whether a query has a parameter that some servers take for the one of this name, and others do not. */
export function hasDisguised(query: string, name: string): boolean {
  const names = [...new URLSearchParams(query).keys()];
  return names.some((key) => key !== name && key.trim().toLowerCase().replace(/\[.*$/s, '') === name);
}

function toPull(
  method: string,
  route: Pick<OciRoute, 'kind' | 'repository' | 'digest'>,
): OciRoute | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  return { ...route, tags: [], actions: method === 'HEAD' ? ['pull', 'push'] : ['pull'] };
}

function contentActions(method: string): readonly Action[] | undefined {
  if (method === 'GET') return ['pull'];
  if (method === 'HEAD') return ['pull', 'push'];
  if (method === 'PUT') return ['push'];
  return method === 'DELETE' ? ['delete'] : undefined;
}

function toRepository(segments: readonly string[]): Repository | undefined {
  return segments.length === 0 ? undefined : attempt(parseRepository, segments.join('/'));
}

function single<T>(parameters: URLSearchParams, name: string, parse: (text: string) => T): T | undefined {
  const [value, ...more] = parameters.getAll(name);
  return value === undefined || more.length > 0 ? undefined : attempt(parse, value);
}

function attempt<T>(parse: (text: string) => T, text: string): T | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
