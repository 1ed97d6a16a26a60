/** The live tail of decisions for people who watch: filtered, bounded, and honest about what it left out. */

import type { DecisionItem } from '@pullgate/protocol';
import { ControlPlaneError } from '../../errors.ts';
import { type EventStream, formatEvent } from '../machines/event-stream.ts';
import type { Pulse } from '../machines/pulse.ts';
import { type DecisionFilter, passesFilter } from './filter.ts';

export interface LiveTail {
  /** @throws ControlPlaneError RATE_LIMITED when too many watch. */
  requireRoom(organizationId: string): void;
  add(organizationId: string, filter: DecisionFilter, stream: EventStream): void;
  remove(stream: EventStream): void;
  /** Whether anybody of the organization watches: otherwise nothing needs to be made. */
  isWatched(organizationId: string): boolean;
  show(organizationId: string, items: readonly DecisionItem[]): void;
  closeAll(): void;
}

/** Per organization: owners with some screens each. */
const MAX_WATCHERS = 64;
/** What one watcher may leave unread: some hundred decisions. Past it they are counted, not kept. */
export const MAX_WAITING_BYTES = 64 * 1024;
/** A stream ends and is opened anew after this time, so that a revoked token or role does not watch on. */
const MAX_LIFE_MS = 15 * 60_000;

interface Watcher {
  readonly organizationId: string;
  readonly filter: DecisionFilter;
  readonly leave: () => void;
  skipped: number;
}

export function createLiveTail(pulse: Pulse): LiveTail {
  const watchers = new Map<EventStream, Watcher>();
  const remove = (stream: EventStream) => {
    watchers.get(stream)?.leave();
    watchers.delete(stream);
  };
  const of = (organizationId: string) =>
    [...watchers].filter(([, watcher]) => watcher.organizationId === organizationId);
  return {
    requireRoom: (organizationId) => {
      if (of(organizationId).length < MAX_WATCHERS) return;
      throw new ControlPlaneError('RATE_LIMITED', `expected at most ${MAX_WATCHERS} to watch at a time`);
    },
    add: (organizationId, filter, stream) => {
      const timer = setTimeout(() => stream.end(), MAX_LIFE_MS);
      timer.unref();
      const stopPulse = pulse.add(stream);
      const leave = () => {
        clearTimeout(timer);
        stopPulse();
      };
      watchers.set(stream, { organizationId, filter, leave, skipped: 0 });
    },
    remove,
    isWatched: (organizationId) => of(organizationId).length > 0,
    show: (organizationId, items) => {
      for (const [stream, watcher] of of(organizationId)) {
        for (const item of items) if (passesFilter(item, watcher.filter)) showOne(stream, watcher, item);
      }
    },
    closeAll: () => {
      for (const stream of [...watchers.keys()]) {
        remove(stream);
        stream.end();
      }
    },
  };
}

function showOne(stream: EventStream, watcher: Watcher, item: DecisionItem): void {
  if (watcher.skipped > 0 && stream.send(formatEvent('skipped', { count: watcher.skipped })))
    watcher.skipped = 0;
  if (!stream.send(formatEvent('decision', item, item.id))) watcher.skipped += 1;
}
