/** Tells points that what they were told may be otherwise now: after what is in force changed, and as time passes. */

import type { DecisionChanges } from '../point.ts';

/** Grants and offline limits end by the clock alone; a connection outlives them by no more than this. */
const REVIEW_MS = 2_000;

export interface AnnouncedChanges extends DecisionChanges {
  /** To be called by whatever changes what decisions are made of. */
  readonly announce: () => void;
  stop(): void;
}

export function createDecisionChanges(reviewMs = REVIEW_MS): AnnouncedChanges {
  const listeners = new Set<() => void>();
  const announce = (): void => {
    for (const listener of listeners) listener();
  };
  const timer = setInterval(announce, reviewMs).unref();
  return {
    announce,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => clearInterval(timer),
  };
}
