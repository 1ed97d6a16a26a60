/** Turns a request inside an inspected tunnel into what it asks for, and has it judged. Leaves recording and answering to exchange.ts. */

import type { Decision } from '@pullgate/policy';
import { type Digest, parseRegistryHost, type RegistryHost } from '@pullgate/reference';
import {
  type Authority,
  decodeOciRoute,
  decodeUnknownUpload,
  formatAuthority,
  isOciPath,
  type OciRoute,
  parseAuthority,
} from '@pullgate/wire';
import type { DecisionEntry, PointQuery } from '../../point.ts';
import { decodeOrigin, judgeRoute, withOrigin } from '../../registry-requests/judge-route.ts';
import type { Services, Session } from './services.ts';
import type { KnownUpload } from './upload-memory.ts';

/** A request as far as judging it goes. */
export interface GatewayRequest {
  readonly method: string;
  /** As sent, with its query. */
  readonly url: string;
  /** Values of all Host fields. */
  readonly hosts: readonly string[];
  readonly userAgent: string | undefined;
  /** The head says one thing only; see request-shape.ts. */
  readonly isPlain: boolean;
  /** The body is sent as a form. */
  readonly hasForm: boolean;
}

/** What is judged, with what the exchange needs to know of it. */
export interface JudgedRequest {
  readonly entry: DecisionEntry;
  readonly route: OciRoute;
  readonly path: string;
  readonly query: string | undefined;
  readonly upload: KnownUpload | undefined;
}

const NO_ROUTE: OciRoute = { kind: 'unknown', tags: [], actions: [] };
const PING: OciRoute = { kind: 'ping', tags: [], actions: [] };
/** `docker search`: names only, nothing that could be run. */
const SEARCH_PATH = '/v1/search';

/**
 * Judges one request. Each tag, the source of a mount, and a known blob must be allowed; a HEAD may be a pull or the beginning of a push. What is
 * no request of the specification is refused, for a server might take it for one.
 */
export function judgeRequest(services: Services, session: Session, request: GatewayRequest): JudgedRequest {
  const { path, query, isPlain } = splitUrl(request.url);
  const upload = services.uploads.find(formatAuthority(session.target), path);
  const isMeant = request.hosts.length === 1 && isTarget(request.hosts[0] ?? '', session.target);
  const isClear = isPlain && isMeant && request.isPlain;
  const found = isClear ? routeOf(services, session, request.method, path, query, upload) : NO_ROUTE;
  // Token services are asked by forms; to a registry the fields of one are parameters that nobody judged.
  const route = request.hasForm && found.kind !== 'ping' ? NO_ROUTE : found;
  const entry = judgeEntry(services, session, request, route, query);
  return { entry, route, path, query, upload };
}

function judgeEntry(
  services: Services,
  session: Session,
  request: GatewayRequest,
  route: OciRoute,
  query: string | undefined,
): DecisionEntry {
  const { decider, registry } = session;
  const host: PointQuery = { registry };
  if (route.kind === 'ping')
    return toEntry(
      request,
      { registry, deeper: true },
      decider.decide('gateway', { registry, deeper: true }),
    );
  const origin = decodeOrigin(query);
  if (route.kind === 'unknown' || origin === 'invalid')
    return toEntry(request, host, decider.refuse('gateway', 'REQUEST_INVALID', registry));
  const judged = judgeRoute(
    {
      decider,
      point: 'gateway',
      tagsOf: ({ repository, digest }) =>
        digest ? services.tags.tagsOf(`${registry}/${repository}`, digest) : [],
    },
    route,
    withOrigin(host, origin),
  );
  return toEntry(request, judged.query, judged.decision);
}

/**
 * The denial of the manifest that an allowed tag led to, or that is put; undefined when none names it. A HEAD is not judged so: it gives no
 * content, and a push that moves the tag away begins with it.
 */
export function judgeManifest(
  session: Session,
  { entry, route, query }: JudgedRequest,
  digest: Digest,
): DecisionEntry | undefined {
  const { kind, repository } = route;
  const [tag] = route.tags;
  const origin = decodeOrigin(query);
  const action = entry.action === 'push' ? 'push' : 'pull';
  // Read by this digest, it was judged by that; by one of another algorithm it was not.
  const isKnown = tag === undefined && action === 'pull' && route.digest === digest;
  if (kind !== 'manifest' || repository === undefined || isKnown || origin === 'invalid') return undefined;
  const asked: PointQuery = { registry: session.registry, repository, digest, action, ...(tag && { tag }) };
  const decision = session.decider.decideDenials('gateway', withOrigin(asked, origin));
  return decision.verdict === 'deny' ? { ...entry, decision } : undefined;
}

/** Judges the host that the registry sends an allowed request on to. Below `/v2/` it is asked as a registry, whatever it is known as. */
export function judgeHop(
  session: Session,
  entry: DecisionEntry,
  hop: { readonly target: Authority; readonly path: string; readonly method?: string },
): DecisionEntry {
  const registry = toRegistry(hop.target);
  const { decider } = session;
  if (registry === undefined)
    return {
      ...entry,
      decision: decider.refuse('gateway', 'REFERENCE_INVALID', formatAuthority(hop.target)),
    };
  const decision = decideHop(session, registry, hop.path, hop.method);
  return decision.verdict === 'allow' ? { ...entry, decision } : { ...entry, registry, decision };
}

function decideHop(
  { decider, registry: from }: Session,
  registry: RegistryHost,
  path: string,
  method = 'GET',
): Decision {
  if (!isOciPath(path)) return decider.decideHop('gateway', from, { registry });
  const route = decodeOciRoute(method, path);
  const decision = decider.decideHop('gateway', from, { registry, ...toHopQuery(route, method) });
  if (decision.verdict === 'deny') return decision;
  // No rule can tell what an odd spelling stands for; hosts of the registry's own profile are not asked as registries.
  const isRuled = decision.reason === 'RULE_ALLOWED' || decision.reason === 'GRANT_ALLOWED';
  if (route.kind === 'unknown' && isRuled) return decider.refuse('gateway', 'REQUEST_INVALID', registry);
  if (route.kind !== 'blob') return decision;
  const denied = decider.decideDenials('gateway', {
    registry,
    ...toHopQuery(route, method),
    ...toDigest(route),
  });
  return denied.verdict === 'deny' ? denied : decision;
}

function toHopQuery(route: OciRoute, method: string): Partial<PointQuery> {
  const { repository, tags, actions, kind } = route;
  if (kind === 'ping') return {};
  const [tag] = tags;
  const [action = method === 'GET' || method === 'HEAD' ? 'pull' : 'push'] = actions;
  const content = kind === 'manifest' || kind === 'referrers' ? toDigest(route) : {};
  return { action, ...(repository && { repository }), ...(tag && { tag }), ...content };
}

function toDigest({ digest }: OciRoute): Partial<PointQuery> {
  return digest === undefined ? {} : { digest };
}

/** A denial of the address that a name led to. */
export function judgeRefusedAddress(
  session: Session,
  entry: DecisionEntry,
  target: Authority,
): DecisionEntry {
  const registry = formatAuthority(target, 443);
  return { ...entry, registry, decision: session.decider.refuse('gateway', 'ADDRESS_REFUSED', registry) };
}

function routeOf(
  services: Services,
  session: Session,
  method: string,
  path: string,
  query: string | undefined,
  upload: KnownUpload | undefined,
): OciRoute {
  if (upload !== undefined && UPLOAD_METHODS.has(method))
    return decodeUnknownUpload(method, upload.repository, query);
  if (isOciPath(path)) return decodeOciRoute(method, path, query);
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && path === SEARCH_PATH) return PING;
  const isToken = services.tokenPaths.has(formatAuthority(session.target), path);
  return isToken && (reads || method === 'POST') ? PING : NO_ROUTE;
}

const UPLOAD_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PATCH', 'PUT', 'POST', 'DELETE']);

/** Origin form alone (RFC 9112, 3.2.1), in printable ASCII; a fragment is never sent, and a backslash is a slash to some. */
function splitUrl(url: string): { path: string; query: string | undefined; isPlain: boolean } {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const isPlain =
    path.startsWith('/') && !path.startsWith('//') && /^[\x21\x22\x24-\x5b\x5d-\x7e]*$/.test(url);
  return { path, query: mark < 0 ? undefined : url.slice(mark + 1), isPlain };
}

/** What the request names must be what the tunnel was opened for: that is what was judged, and what is dialled. */
function isTarget(host: string, target: Authority): boolean {
  const parsed = parseAuthority(host, 443);
  return parsed.ok && parsed.authority.host === target.host && parsed.authority.port === target.port;
}

function toEntry(request: GatewayRequest, query: PointQuery, decision: Decision): DecisionEntry {
  const { registry, repository, tag, action } = query;
  return {
    point: 'gateway',
    depth: 'full',
    registry,
    ...(repository && { repository }),
    ...(tag && { tag }),
    ...(action && { action }),
    ...(request.userAgent && { userAgent: request.userAgent }),
    decision,
  };
}

function toRegistry(target: Authority): RegistryHost | undefined {
  try {
    return parseRegistryHost(formatAuthority(target));
  } catch {
    return undefined;
  }
}
