/** The live tail of decisions: one connection that mends itself. */

import type { Decision, StreamFilter } from './decisions.ts';

export interface StreamListener {
  /** Connected, for the first time or again: what happened before is not in the stream. */
  readonly onOpen: () => void;
  readonly onDecision: (decision: Decision) => void;
  /** The server left some out, because they came faster than they could be sent. */
  readonly onSkipped: (count: number) => void;
  readonly onLost: () => void;
}

/** A browser tries again by itself after a broken connection, but not after a refusal. */
const RETRY_MS = 5_000;

/** Returns what ends it. */
export function watchDecisions(
  organization: string,
  filter: StreamFilter,
  listener: StreamListener,
): () => void {
  const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]));
  const url = `/api/v1/organizations/${encodeURIComponent(organization)}/decisions/stream?${query}`;
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    source = new EventSource(url);
    source.addEventListener('open', listener.onOpen);
    source.addEventListener('decision', ({ data }) => listener.onDecision(JSON.parse(data) as Decision));
    source.addEventListener('skipped', ({ data }) =>
      listener.onSkipped((JSON.parse(data) as { readonly count: number }).count),
    );
    source.addEventListener('error', () => {
      listener.onLost();
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
    });
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
