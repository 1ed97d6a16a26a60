/** Sends reports of seen hosts for as long as the agent runs, and keeps quiet where the control plane takes none. */

import type { SeenHostReport } from '@pullgate/protocol';
import type { Logger } from 'pino';
import { AgentError } from '../agent-error.ts';
import { createBackoff, pause } from '../control-plane/backoff.ts';
import type { Reports } from './reports.ts';

const RETRY = { baseMs: 1_000, maxMs: 60_000 };

/** A control plane of protocol version 1 may be replaced by a newer one while the agent runs. */
const ASK_AGAIN_MS = 3_600_000;

/** Answers that the same report would get for ever. */
const HOPELESS: ReadonlySet<number> = new Set([400, 413, 422]);

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
  const stopping = new AbortController();
  const backoff = createBackoff(retry);
  let idle = new AbortController();
  let due: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
  let running: Promise<void> = Promise.resolve();

  const sendAll = async (signal: AbortSignal): Promise<void> => {
    for (let report = reports.next(); report !== undefined; report = reports.next()) {
      await sendOrGiveUp(report, (one) => send(one, signal), log);
      reports.acknowledge(report);
      backoff.reset();
    }
  };
  const run = async (): Promise<void> => {
    const { signal } = stopping;
    while (!signal.aborted) {
      idle = new AbortController();
      try {
        await sendAll(signal);
        await untilAborted(AbortSignal.any([signal, idle.signal]));
      } catch (error) {
        log.debug({ err: error }, 'seen hosts not sent');
        await pause(statusOf(error) === 404 ? ASK_AGAIN_MS : backoff.nextMs(), signal);
      }
    }
  };
  return {
    start: () => {
      running = run();
    },
    wakeIn: (delayMs) => {
      const at = performance.now() + delayMs;
      if (due !== undefined && due.at <= at) return;
      clearTimeout(due?.timer);
      const wake = (): void => {
        due = undefined;
        idle.abort();
      };
      due = { at, timer: setTimeout(wake, delayMs).unref() };
    },
    stop: async () => {
      clearTimeout(due?.timer);
      stopping.abort();
      await running;
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
    const status = statusOf(error);
    if (status === undefined || !HOPELESS.has(status)) throw error;
    log.error({ err: error, hosts: report.hosts.length }, 'seen hosts given up');
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof AgentError ? error.answer?.status : undefined;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
