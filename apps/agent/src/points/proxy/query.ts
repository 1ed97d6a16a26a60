/** Turns requests into access queries and has them judged. Leaves recording and answering to the callers. */

import type { Decision } from '@pullgate/policy';
import { parseRegistryHost, type RegistryHost } from '@pullgate/reference';
import {
  type Authority,
  type ConnectRequest,
  decodeOciRoute,
  type ForwardRequest,
  fieldValues,
  formatAuthority,
  isOciPath,
  type ProxyRequest,
} from '@pullgate/wire';
import type { Decider, DecisionEntry, PointQuery } from '../../point.ts';
import { isForm } from '../../registry-requests/form-body.ts';
import { decodeOrigin, judgeRoute, withOrigin } from '../../registry-requests/judge-route.ts';

/** A decision with what is written down of it. */
export type Judgement = DecisionEntry;

/** A judged CONNECT, and who is to look into the tunnel where its rules need that. */
export interface ConnectJudgement extends Judgement {
  /** Set where requests will be seen, and judged, by inspection. */
  readonly inspected?: RegistryHost;
  /** Set where it would be judged otherwise were the host recognized as a registry. */
  readonly isUnrecognized?: boolean;
}

/** What is known about the other end of a tunnel. */
export interface TunnelFacts {
  /** Somebody looks into tunnels to this target. */
  readonly isCovered?: boolean;
  /** It answered as a registry does. */
  readonly isRecognized?: boolean;
}

/**
 * Judges a CONNECT: only the host is seen, so only the host is asked. Where the rules need more and somebody looks into the
 * tunnel, it is asked whether anything could be allowed there.
 */
export function judgeConnect(
  decider: Decider,
  request: ConnectRequest,
  { isCovered = false, isRecognized = false }: TunnelFacts = {},
): ConnectJudgement {
  const registry = toRegistry(request.target, false);
  if (registry === undefined) return toInvalid(decider, request, 'REFERENCE_INVALID');
  const isInspected = isCovered && decider.needsInspection({ registry });
  const query = { registry, deeper: isInspected, ...(isRecognized && { recognized: true }) };
  const decision = decider.decide('proxy', query);
  const entry = toEntry(request, 'host', { registry }, decision);
  if (isInspected) return { ...entry, inspected: registry };
  const isUnrecognized = decision.reason === 'URL_ALLOWED' && isDeniedIfRecognized(decider, registry);
  return isUnrecognized ? { ...entry, isUnrecognized } : entry;
}

function isDeniedIfRecognized(decider: Decider, registry: RegistryHost): boolean {
  return decider.decide('proxy', { registry, recognized: true }).verdict === 'deny';
}

/**
 * Judges a plain HTTP request. Below `/v2/` everything is seen, so everything is asked: each tag, and the source of a
 * mount, must be allowed; a HEAD may be a pull or the beginning of a push. Elsewhere only the host is asked.
 */
export function judgeForward(decider: Decider, request: ForwardRequest): Judgement {
  const registry = toRegistry(request.target, true);
  if (registry === undefined) return toInvalid(decider, request, 'REFERENCE_INVALID');
  const host: PointQuery = { registry, insecure: true };
  if (TOKEN_PATHS.has(request.path)) return toEntry(request, 'host', host, decideNoAction(decider, host));
  if (!isOciPath(request.path)) return toEntry(request, 'host', host, decider.decide('proxy', host));
  const route = decodeOciRoute(request.method, request.path, request.query);
  if (route.kind === 'ping') return toEntry(request, 'full', host, decideNoAction(decider, host));
  const origin = decodeOrigin(request.query);
  const isUnclear = route.kind === 'unknown' || origin === 'invalid' || hasForm(request);
  if (isUnclear) return judgeUnknown(decider, request, host);
  const { query, decision } = judgeRoute({ decider, point: 'proxy' }, route, withOrigin(host, origin));
  return toEntry(request, 'full', query, decision);
}

function hasForm({ fields, framing }: ForwardRequest): boolean {
  return framing.kind !== 'none' && isForm(fieldValues(fields, 'content-type'));
}

/** Where registries that are reached without TLS keep their token service: distribution's examples, Harbor, GitLab. */
const TOKEN_PATHS: ReadonlySet<string> = new Set(['/token', '/auth', '/service/token', '/jwt/auth']);

/**
 * The ping and token requests are no action: they pass when any action could be allowed. Depth is there, since over plain
 * HTTP this point itself sees every deeper request.
 */
function decideNoAction(decider: Decider, host: PointQuery): Decision {
  return decider.decide('proxy', { ...host, deeper: true });
}

/** A denial of the target's address, found after the name was judged. */
export function judgeRefusedAddress(decider: Decider, request: ProxyRequest, judged: Judgement): Judgement {
  const decision = decider.refuse(
    'proxy',
    'ADDRESS_REFUSED',
    judged.registry || formatAuthority(request.target),
  );
  return { ...judged, decision };
}

/** A registry request outside the specification cannot be judged: it is refused, unless the mode is `off`. */
function judgeUnknown(decider: Decider, request: ForwardRequest, host: PointQuery): Judgement {
  const decision = decideNoAction(decider, host);
  const stands = decision.mode === 'off' || decision.effect === 'refuse';
  if (stands) return toEntry(request, 'host', host, decision);
  return toEntry(request, 'full', host, decider.refuse('proxy', 'REQUEST_INVALID', host.registry));
}

function toInvalid(
  decider: Decider,
  request: ProxyRequest,
  reason: 'REFERENCE_INVALID' | 'REQUEST_INVALID',
): Judgement {
  const registry = formatAuthority(request.target);
  return { point: 'proxy', depth: 'host', registry, decision: decider.refuse('proxy', reason, registry) };
}

function toEntry(
  request: ProxyRequest,
  depth: 'host' | 'full',
  query: PointQuery,
  decision: Decision,
): Judgement {
  const [userAgent] = fieldValues(request.fields, 'user-agent');
  const { registry, repository, tag, action } = query;
  return {
    point: 'proxy',
    depth,
    registry,
    ...(repository && { repository }),
    ...(tag && { tag }),
    ...(action && { action }),
    ...(userAgent && { userAgent }),
    decision,
  };
}

function toRegistry(target: Authority, insecure: boolean): RegistryHost | undefined {
  try {
    return parseRegistryHost(formatAuthority(target), { insecure });
  } catch {
    return undefined;
  }
}
