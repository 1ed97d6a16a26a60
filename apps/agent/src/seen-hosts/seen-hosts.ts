/**
 * Takes down what registries use beyond the policy's knowledge of them, and sees it to disk and to the control plane. Leaves
 * counting and limits to `sightings.ts`, what is known to the policy.
 */

import type { SeenHostKind } from '@pullgate/protocol';
import { parseRegistryHost, type RegistryHost } from '@pullgate/reference';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { SeenHosts } from '../point.ts';
import { createReportSender, type ReportSenderOptions } from './report-sender.ts';
import { createReports } from './reports.ts';
import { createSightings, type SightingOutcome, type SightingState } from './sightings.ts';
import { loadSightings, storeSightings } from './sightings-file.ts';

/** A crash loses at most so much, which is seen again; a disk is not synced for every redirect. */
const STORE_DELAY_MS = 2_000;

/** The owner is to hear of a new host at once; of how often it is used, now and then. */
const REPORT_DELAYS = { newMs: 1_000, againMs: 300_000 };

export interface SeenHostsOptions extends Pick<ReportSenderOptions, 'send' | 'retry'> {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the policy in force knows nothing of this host, and something of the registry. */
  readonly isUnknown: (registry: RegistryHost, host: RegistryHost) => boolean;
  readonly reportDelays?: typeof REPORT_DELAYS;
}

export interface SeenHostLog extends SeenHosts {
  state(): SightingState;
  /** Begins to report. Taking down works before. */
  start(): void;
  /** Puts what is in memory on disk, and takes nothing down any more. */
  stop(): Promise<void>;
}

/** Never throws: what an earlier run kept and cannot be read is forgotten. */
export async function createSeenHosts(options: SeenHostsOptions): Promise<SeenHostLog> {
  const { path, clock, log, isUnknown, reportDelays = REPORT_DELAYS } = options;
  const sightings = createSightings(await loadSightings(path));
  const sender = createReportSender({ ...options, reports: createReports(sightings, isUnknown) });
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> = Promise.resolve();
  let stopped = false;

  const store = (): void => {
    timer = undefined;
    storing = storing
      .then(() => storeSightings(path, sightings.state()))
      .catch((err: unknown) => log.warn({ err }, 'seen hosts not kept'));
  };
  const note = (
    outcome: SightingOutcome,
    seen: { registry: RegistryHost; host: RegistryHost; kind: SeenHostKind },
  ): void => {
    if (outcome === 'new') log.info(seen, 'registry uses an unknown host');
    if (outcome === 'same') return;
    timer ??= setTimeout(store, STORE_DELAY_MS).unref();
    sender.wakeIn(outcome === 'new' ? reportDelays.newMs : reportDelays.againMs);
  };
  return {
    saw: (registry, text, kind) => {
      const host = parseHost(text);
      if (stopped || host === undefined || !isUnknown(registry, host)) return;
      note(sightings.add(registry, host, kind, clock.now()), { registry, host, kind });
    },
    state: () => sightings.state(),
    start: () => sender.start(),
    stop: async () => {
      stopped = true;
      await sender.stop();
      const isDue = timer !== undefined;
      clearTimeout(timer);
      if (isDue) store();
      await storing;
    },
  };
}

/** What is no host at all is not a host that anybody could accept. */
function parseHost(text: string): RegistryHost | undefined {
  try {
    return parseRegistryHost(text);
  } catch {
    return undefined;
  }
}
