/** Turns what a point saw and what was decided into the record that leaves the machine: bounded, cleaned, without secrets. */

import type { DecisionRecord } from '@pullgate/protocol';
import type { DecisionEntry } from '../point.ts';

export interface RecordContext {
  readonly seq: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Id of the person that the machine acts for. */
  readonly user?: string;
}

/** Total: whatever a hostile client made of its request, the record fits the protocol's schema. */
export function toRecord(entry: DecisionEntry, { seq, at, user }: RecordContext): DecisionRecord {
  const { decision } = entry;
  const engine = toEngine(entry.userAgent);
  return {
    v: 1,
    seq,
    at,
    point: entry.point,
    depth: entry.depth,
    verdict: decision.verdict,
    effect: decision.effect,
    mode: decision.mode,
    reason: decision.reason,
    revision: decision.revision,
    registry: bounded(entry.registry, 270),
    ...(decision.ruleId === undefined ? {} : { ruleId: bounded(decision.ruleId, 128) }),
    ...(entry.repository === undefined ? {} : { repository: bounded(entry.repository, 255) }),
    ...(entry.tag === undefined ? {} : { tag: bounded(entry.tag, 128) }),
    ...(entry.action === undefined ? {} : { action: bounded(entry.action, 16) }),
    ...(user === undefined ? {} : { user: bounded(user, 64) }),
    ...(engine === undefined ? {} : { engine }),
    ...(decision.message === '' ? {} : { message: bounded(decision.message, 300) }),
  };
}

/** A malformed target reaches the log, too: printable ASCII only, so that it cannot forge lines or escape sequences. */
function bounded(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[^\x20-\x7e]/g, '?');
}

/** First product of a User-Agent (RFC 9110, 10.1.5). Comments are left out: some engines put names of machines there. */
function toEngine(userAgent: string | undefined): string | undefined {
  return /^[A-Za-z0-9._+-]{1,64}\/[A-Za-z0-9._+~-]{1,63}(?=$|\s)/.exec(userAgent ?? '')?.[0];
}
