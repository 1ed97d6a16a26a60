/**
 * Follows redirects on the client's behalf, which never sees where its blobs come from: every hop is judged and its addresses are
 * checked. Leaves the first request's judgement to query.ts.
 */

import type { IncomingMessage } from 'node:http';
import { type Authority, formatAuthority, isOciPath, parseAuthority } from '@pullgate/wire';
import type { DecisionEntry } from '../../point.ts';
import { judgeHop, judgeRefusedAddress } from './query.ts';
import { CallFailed } from './registry-pool.ts';
import type { Services, Session } from './services.ts';
import { type Call, sendCall } from './upstream-call.ts';

/** As many as Go's client, and with it every engine, would follow. */
const MAX_HOPS = 10;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Secrets for one host are no other's business. */
const PRIVATE_FIELDS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

export type Outcome =
  | { readonly kind: 'response'; readonly response: IncomingMessage; readonly url: URL }
  | { readonly kind: 'refused'; readonly entry: DecisionEntry };

/** @throws CallFailed when a registry or a host that it names does not answer properly. */
export async function callFollowing(
  services: Services,
  session: Session,
  entry: DecisionEntry,
  first: Call,
): Promise<Outcome> {
  let call = first;
  for (let hops = 0; ; hops += 1) {
    const response = await attempt(services, session, entry, call);
    if ('kind' in response) return response;
    const url = urlOf(call);
    const next = nextUrl(call, response, url);
    if (next === undefined) return { kind: 'response', response, url };
    response.destroy();
    if (hops === MAX_HOPS)
      throw new CallFailed('redirects', 502, `${session.registry} redirects more than ${MAX_HOPS} times`);
    const target = toTarget(session, next);
    const judged = judgeHop(session, entry, { target, path: next.pathname });
    if (judged.decision.effect === 'refuse') return { kind: 'refused', entry: judged };
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
function nextUrl({ method }: Call, response: IncomingMessage, base: URL): URL | undefined {
  const { location } = response.headers;
  const reads = method === 'GET' || method === 'HEAD';
  if (!reads || location === undefined || !REDIRECTS.has(response.statusCode ?? 0)) return undefined;
  return URL.parse(location, base) ?? undefined;
}

function toTarget({ registry }: Session, url: URL): Authority {
  if (url.protocol !== 'https:')
    throw new CallFailed('redirects', 502, `${registry} redirects to a place without TLS`);
  if (url.username !== '' || url.password !== '')
    throw new CallFailed('redirects', 502, `${registry} redirects with credentials`);
  const parsed = parseAuthority(url.port === '' ? `${url.hostname}:443` : `${url.hostname}:${url.port}`);
  if (!parsed.ok) throw new CallFailed('redirects', 502, `${registry} redirects to what is no host`);
  return parsed.authority;
}

function toCall(call: Call, target: Authority, url: URL, session: Session): Call {
  const isSame = formatAuthority(call.target) === formatAuthority(target);
  const isFirst = formatAuthority(session.target) === formatAuthority(target);
  return {
    ...call,
    target,
    path: `${url.pathname}${url.search}`,
    fields: isSame ? call.fields : call.fields.filter(({ name }) => !PRIVATE_FIELDS.has(name.toLowerCase())),
    trust: isFirst ? session.certificate.upstream : {},
  };
}

function note({ metrics, seenHosts }: Services, session: Session, url: URL, target: Authority): void {
  metrics.redirects.inc();
  if (formatAuthority(target) === formatAuthority(session.target)) return;
  seenHosts?.saw(session.registry, formatAuthority(target, 443), isOciPath(url.pathname) ? 'mirror' : 'blob');
}

function urlOf({ target, path }: Call): URL {
  return new URL(`https://${formatAuthority(target, 443)}${path}`);
}
