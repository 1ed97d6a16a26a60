/**
 * Has a request to a registry judged by what it asks for: each tag, the source of a mount, the exact content. Leaves finding out
 * what it asks for to `wire`, recording and answering to the points.
 */

import type { Action, Decision, EnforcementPoint } from '@pullgate/policy';
import { parseRegistryHost, type RegistryHost, type Repository, type Tag } from '@pullgate/reference';
import { hasDisguised, type OciRoute } from '@pullgate/wire';
import type { Decider, PointQuery } from '../point.ts';

/** A query with the answer to it. */
export interface JudgedQuery {
  readonly query: PointQuery;
  readonly decision: Decision;
}

export interface RouteJudge {
  readonly decider: Decider;
  readonly point: EnforcementPoint;
  /** Tags that are known to have led to a manifest; nothing is known unless given. */
  readonly tagsOf?: (query: PointQuery) => readonly Tag[];
}

/** Queries of which one must be allowed. */
type Alternatives = readonly [PointQuery, ...PointQuery[]];

/**
 * Judges a route that is neither the ping nor unknown; `host` is what is known of the registry. The first requirement that is
 * denied decides; when none is, the first of all stands for them.
 */
export function judgeRoute(judge: RouteJudge, route: OciRoute, host: PointQuery): JudgedQuery {
  const judged = toRequirements(judge, route, host).map((alternatives) => judgeAny(judge, alternatives));
  const [first] = judged;
  const denied =
    judged.find(({ decision }) => decision.verdict === 'deny') ?? judgeContent(judge, route, host);
  return (
    denied ??
    first ?? { query: host, decision: judge.decider.refuse(judge.point, 'REQUEST_INVALID', host.registry) }
  );
}

/**
 * The registry that a mirror is asked for, from `?ns=` (OCI distribution spec 1.1, Registry Proxying). Undefined where none is named;
 * `invalid` where it is no registry.
 */
export function decodeOrigin(query: string | undefined): RegistryHost | 'invalid' | undefined {
  if (query === undefined) return undefined;
  // Decoded first, for `n%73=` is the same to a server; old ones part parameters at `;` too.
  const parted = query.replaceAll(';', '&');
  const [namespace, ...more] = new URLSearchParams(parted).getAll('ns');
  if (hasDisguised(parted, 'ns')) return 'invalid';
  if (namespace === undefined) return undefined;
  if (more.length > 0) return 'invalid';
  try {
    return parseRegistryHost(namespace);
  } catch {
    return 'invalid';
  }
}

/** An allow may list digests of manifests, which are not those of the blobs they name: for blobs they are left out. */
function toRequirements(judge: RouteJudge, route: OciRoute, host: PointQuery): readonly Alternatives[] {
  const { repository, digest, actions } = route;
  const isManifest = route.kind === 'manifest' || route.kind === 'referrers';
  const base: PointQuery = {
    ...host,
    ...(repository && { repository }),
    ...(digest && isManifest && { digest }),
  };
  const tags: readonly (Tag | undefined)[] = route.tags.length === 0 ? [undefined] : route.tags;
  const own = tags.map((tag) => toAlternatives(judge, { ...base, ...(tag && { tag }) }, actions));
  if (route.mountFrom === undefined) return own;
  return [...own, [{ ...host, repository: route.mountFrom, action: 'pull' }]];
}

/** A manifest asked for by digest may also be what an allowed tag led to. */
function toAlternatives(judge: RouteJudge, base: PointQuery, actions: readonly Action[]): Alternatives {
  const known = base.tag === undefined && base.digest !== undefined ? (judge.tagsOf?.(base) ?? []) : [];
  const versions: readonly PointQuery[] = [base, ...known.map((tag) => ({ ...base, tag }))];
  const [first, ...others] = versions.flatMap((version) => actions.map((action) => ({ ...version, action })));
  return first === undefined ? [base] : [first, ...others];
}

function judgeAny({ decider, point }: RouteJudge, [first, ...others]: Alternatives): JudgedQuery {
  const judged = { query: first, decision: decider.decide(point, first) };
  if (judged.decision.verdict === 'allow') return judged;
  for (const query of others) {
    const decision = decider.decide(point, query);
    if (decision.verdict === 'allow') return { query: withoutGuess(query, first), decision };
  }
  return judgeUntagged({ decider, point }, [first, ...others]) ?? judged;
}

/**
 * The children of an index are pushed by digest before it, and clients look first whether they are there: where tags limit a push,
 * what has no tag yet passes when some tag could. A pull by digest still wants a tag that led there.
 */
function judgeUntagged(
  { decider, point }: RouteJudge,
  alternatives: readonly PointQuery[],
): JudgedQuery | undefined {
  const push = alternatives.find(({ action }) => action === 'push');
  if (push?.digest === undefined || push.tag !== undefined) return undefined;
  if (decider.decide(point, push).reason !== 'TAG_NOT_ALLOWED') return undefined;
  const { digest: _, ...untagged } = push;
  const decision = decider.decide(point, untagged);
  return decision.verdict === 'allow' ? { query: push, decision } : undefined;
}

/** What is recorded says what was asked for; the action is the one that was allowed. */
function withoutGuess(query: PointQuery, asked: PointQuery): PointQuery {
  return { ...asked, ...(query.action && { action: query.action }) };
}

/** Routes whose digest is that of a blob. */
const OF_BLOBS: ReadonlySet<OciRoute['kind']> = new Set(['blob', 'mount', 'upload']);

/** A denial may name the very blob: of a pull, of a mount, and of what ends an upload. */
function judgeContent(judge: RouteJudge, route: OciRoute, host: PointQuery): JudgedQuery | undefined {
  if (route.digest === undefined || !OF_BLOBS.has(route.kind)) return undefined;
  const [action] = route.actions;
  const repositories = [route.repository, route.mountFrom].filter(
    (name): name is Repository => name !== undefined,
  );
  for (const repository of repositories) {
    const query: PointQuery = { ...host, repository, digest: route.digest, ...(action && { action }) };
    const decision = judge.decider.decideDenials(judge.point, query);
    if (decision.verdict === 'deny') return { query, decision };
  }
  return undefined;
}

/** The repository that a query of a mirror stands for at its origin, where the mirror is asked for one registry (`?ns=`). */
export function withOrigin(host: PointQuery, origin: RegistryHost | undefined): PointQuery {
  return origin === undefined ? host : { ...host, origin: { registry: origin } };
}
