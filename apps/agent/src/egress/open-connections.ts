/**
 * Ends connections whose judgement has changed: what was allowed when it was opened goes on only as long as it still would
 * be. Leaves judging, and breaking the sockets, to the points.
 */

import { setImmediate as turn } from 'node:timers/promises';
import type { DecisionEntry } from '../point.ts';

/** An open connection, as far as judging it again goes. */
export interface OpenConnection {
  /** By what is in force now. */
  judge(): DecisionEntry;
  /** Told once, before the connection is cut. */
  ended(refusal: DecisionEntry): void;
}

export interface OpenConnections {
  /** Runs `work`, whose signal is aborted when the connection may not go on. */
  hold<T>(connection: OpenConnection, work: (cut: AbortSignal) => Promise<T>): Promise<T>;
  /** Judges all that are open. Asked while that goes on, it begins again; resolves when all are judged. */
  review(): Promise<void>;
}

/** So many are judged at once; engines that ask for something new come in between. */
const BATCH = 128;

export function createOpenConnections(): OpenConnections {
  const open = new Map<OpenConnection, AbortController>();
  let isAsked = false;
  let going: Promise<void> | undefined;

  const judgeAgain = (connection: OpenConnection, cut: AbortController): void => {
    const judgement = connection.judge();
    if (judgement.decision.effect !== 'refuse') return;
    open.delete(connection);
    connection.ended(judgement);
    cut.abort();
  };
  const judgeAll = async (): Promise<void> => {
    let judged = 0;
    for (const [connection, cut] of open) {
      judgeAgain(connection, cut);
      judged += 1;
      if (judged % BATCH > 0) continue;
      await turn();
      if (isAsked) return;
    }
  };
  const go = async (): Promise<void> => {
    try {
      while (isAsked) {
        isAsked = false;
        await judgeAll();
      }
    } finally {
      going = undefined;
    }
  };
  return {
    hold: async (connection, work) => {
      const cut = new AbortController();
      open.set(connection, cut);
      try {
        return await work(cut.signal);
      } finally {
        open.delete(connection);
      }
    },
    review: () => {
      isAsked = true;
      going ??= go();
      return going;
    },
  };
}
