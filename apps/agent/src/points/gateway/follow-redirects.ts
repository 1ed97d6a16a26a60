/**
 * Follows redirects on the client's behalf, which never sees where its blobs come from: every hop is judged and its addresses are
 * checked. Leaves the first request's judgement to query.ts.
 */

import type { IncomingMessage } from 'node:http';
import { type Authority, formatAuthority, isOciPath } from '@pullgate/wire';
import type { DecisionEntry } from '../../point.ts';
import type { UpstreamTrust } from './certificates.ts';
import { targetOf } from './learn.ts';
import { judgeHop, judgeRefusedAddress } from './query.ts';
import { CallFailed } from './registry-pool.ts';
import type { Services, Session } from './services.ts';
import { type Call, sendCall } from './upstream-call.ts';

/** As many as Go's client, and with it every engine, would follow. */
const MAX_HOPS = 10;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Secrets for one host are no other's business. */
export const PRIVATE_FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
]);

export type Outcome =
  | { readonly kind: 'response'; readonly response: IncomingMessage; readonly url: URL }
  | { readonly kind: 'refused'; readonly entry: DecisionEntry };

/**
 * @param onHop gets what judges a hop that was taken, to be asked again as long as its bytes come
 * @throws CallFailed when a registry or a host that it names does not answer properly.
 */
export async function callFollowing(
  services: Services,
  session: Session,
  entry: DecisionEntry,
  first: Call,
  onHop: (judge: () => DecisionEntry) => void,
): Promise<Outcome> {
  let call = first;
  for (let hops = 0; ; hops += 1) {
    const response = await attempt(services, session, entry, call);
    if ('kind' in response) return response;
    const url = urlOf(call);
    if (!isRedirect(call, response)) return { kind: 'response', response, url };
    response.destroy();
    const next = nextUrl(response, url);
    if (hops === MAX_HOPS)
      throw new CallFailed('redirects', 502, `${session.registry} redirects more than ${MAX_HOPS} times`);
    const target = toTarget(session, next);
    const judge = (): DecisionEntry => judgeHop(session, entry, { target, path: next.pathname });
    const judged = judge();
    if (judged.decision.effect === 'refuse') return { kind: 'refused', entry: judged };
    onHop(judge);
    note(services, session, next, target);
    call = toCall(call, target, next, session);
  }
}

async function attempt(
  { pool }: Services,
  session: Session,
  entry: DecisionEntry,
  call: Call,
): Promise<IncomingMessage | Extract<Outcome, { kind: 'refused' }>> {
  try {
    return await sendCall(pool, call);
  } catch (error) {
    if (!(error instanceof CallFailed) || error.kind !== 'refused') throw error;
    return { kind: 'refused', entry: judgeRefusedAddress(session, entry, call.target) };
  }
}

/** Only what reads is asked again elsewhere; a client decides itself where it sends. */
function isRedirect({ method }: Call, { statusCode = 0, headers }: IncomingMessage): boolean {
  const reads = method === 'GET' || method === 'HEAD';
  return reads && headers.location !== undefined && REDIRECTS.has(statusCode);
}

function nextUrl({ headers }: IncomingMessage, base: URL): URL {
  const url = URL.parse(headers.location ?? '', base);
  if (url === null) throw new CallFailed('redirects', 502, `${base.host} redirects to what is no URL`);
  return url;
}

function toTarget({ registry }: Session, url: URL): Authority {
  if (url.protocol !== 'https:')
    throw new CallFailed('redirects', 502, `${registry} redirects to a place without TLS`);
  if (url.username !== '' || url.password !== '')
    throw new CallFailed('redirects', 502, `${registry} redirects with credentials`);
  const target = targetOf(url);
  if (target === undefined)
    throw new CallFailed('redirects', 502, `${registry} redirects to what is no host`);
  return target;
}

function toCall(call: Call, target: Authority, url: URL, session: Session): Call {
  const isSame = formatAuthority(call.target) === formatAuthority(target);
  const isFirst = formatAuthority(session.target) === formatAuthority(target);
  const trust = session.certificate.upstream();
  return {
    ...call,
    target,
    path: `${url.pathname}${url.search}`,
    fields: isSame ? call.fields : call.fields.filter(({ name }) => !PRIVATE_FIELDS.has(name.toLowerCase())),
    trust: isFirst ? trust : toHopTrust(trust),
  };
}

/** Engines verify the hosts that a registry sends them to by its own authority too; who they are is told to the registry alone. */
export function toHopTrust({ ca }: UpstreamTrust): UpstreamTrust {
  return ca === undefined ? {} : { ca };
}

function note({ metrics, seenHosts }: Services, session: Session, url: URL, target: Authority): void {
  metrics.redirects.inc();
  if (formatAuthority(target) === formatAuthority(session.target)) return;
  seenHosts?.saw(session.registry, formatAuthority(target, 443), isOciPath(url.pathname) ? 'mirror' : 'blob');
}

function urlOf({ target, path }: Call): URL {
  return new URL(`https://${formatAuthority(target, 443)}${path}`);
}
