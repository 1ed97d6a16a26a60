/** Sends reports of seen hosts for as long as the agent runs, and keeps quiet where the control plane takes none. */

import type { SeenHostReport } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { createSendingLoop, isHopeless, statusOf } from '../control-plane/sending-loop.ts';
import type { Reports } from './reports.ts';

const RETRY = { baseMs: 1_000, maxMs: 60_000 };

/** A control plane of protocol version 1 may be replaced by a newer one while the agent runs. */
const ASK_AGAIN_MS = 3_600_000;

export interface ReportSenderOptions {
  readonly reports: Reports;
  readonly log: Logger;
  readonly send: (report: SeenHostReport, signal: AbortSignal) => Promise<void>;
  readonly retry?: { readonly baseMs: number; readonly maxMs: number };
}

export interface ReportSender {
  start(): void;
  /** There will be something to send; an earlier call that is due sooner stands. */
  wakeIn(delayMs: number): void;
  stop(): Promise<void>;
}

export function createReportSender({ reports, log, send, retry = RETRY }: ReportSenderOptions): ReportSender {
  let due: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
  const sendNext = async (signal: AbortSignal): Promise<boolean> => {
    const report = reports.next();
    if (report === undefined) return false;
    await sendOrGiveUp(report, (one) => send(one, signal), log);
    reports.acknowledge(report);
    return true;
  };
  const onFailure = (err: unknown): number | undefined => {
    log.debug({ err }, 'seen hosts not sent');
    return statusOf(err) === 404 ? ASK_AGAIN_MS : undefined;
  };
  const loop = createSendingLoop({ sendNext, retry, onFailure });
  return {
    start: loop.start,
    wakeIn: (delayMs) => {
      const at = performance.now() + delayMs;
      if (due !== undefined && due.at <= at) return;
      clearTimeout(due?.timer);
      const wake = (): void => {
        due = undefined;
        loop.wake();
      };
      due = { at, timer: setTimeout(wake, delayMs).unref() };
    },
    stop: async () => {
      clearTimeout(due?.timer);
      await loop.stop();
    },
  };
}

async function sendOrGiveUp(
  report: SeenHostReport,
  send: (report: SeenHostReport) => Promise<void>,
  log: Logger,
): Promise<void> {
  try {
    await send(report);
  } catch (error) {
    if (!isHopeless(error)) throw error;
    log.error({ err: error, hosts: report.hosts.length }, 'seen hosts given up');
  }
}
