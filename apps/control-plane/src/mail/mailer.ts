/** Sends mail behind the requests that ask for it: by SMTP where it is set, into the outbox otherwise. Nothing waits for it. */

import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands one mail over; throws when it could not. */
export type Transport = (mail: Mail) => Promise<void>;

export interface Mailer {
  /** Returns at once; a mail that cannot be sent ends in the outbox. */
  send(mail: Mail): void;
  /** Resolves when everything that was given is sent or in the outbox. */
  idle(): Promise<void>;
}

export interface MailerOptions {
  readonly dataDir: string;
  readonly log: Logger;
  /** Absent: every mail goes into the outbox. */
  readonly transport?: Transport;
  readonly stopping: AbortSignal;
  readonly retryDelaysMs?: readonly number[];
}

/** A server that is restarted is back after these; one that is down for longer leaves the mail in the outbox. */
const RETRY_DELAYS_MS = [1_000, 5_000, 30_000];
/** One mail at a time: what waits behind a dead server is bounded, so that nobody fills the memory by asking for mail. */
const MAX_WAITING = 1_000;

export function createMailer(options: MailerOptions): Mailer {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  return {
    send(mail) {
      const { transport } = options;
      if (transport === undefined || waiting >= MAX_WAITING) {
        keep(options, mail);
        return;
      }
      waiting += 1;
      last = last.then(async () => {
        await deliver(options, transport, mail);
        waiting -= 1;
      });
    },
    idle: () => last,
  };
}

async function deliver(options: MailerOptions, transport: Transport, mail: Mail): Promise<void> {
  const { log, stopping, retryDelaysMs = RETRY_DELAYS_MS } = options;
  for (const delayMs of [0, ...retryDelaysMs]) {
    if (stopping.aborted) break;
    try {
      if (delayMs > 0) await sleep(delayMs, undefined, { signal: stopping });
      await transport(mail);
      return;
    } catch (err) {
      if (!stopping.aborted) log.warn({ err }, 'mail was not sent');
    }
  }
  keep(options, mail);
}

/** The message holds a link that lets its reader in: readable by the server's user alone, and never in the log. */
function keep({ dataDir, log }: MailerOptions, { to, subject, text }: Mail): void {
  try {
    const folder = join(dataDir, 'outbox');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, `${Date.now()}-${randomUUID()}.txt`);
    writeFileSync(file, `To: ${to}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600, flag: 'wx' });
    log.info({ to, subject, file }, 'mail is in the outbox');
  } catch (err) {
    log.error({ err, to, subject }, 'mail is lost');
  }
}
