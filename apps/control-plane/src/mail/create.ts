/** Wires mail from the configuration. */

import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { ControlPlaneConfig } from '../config.ts';
import { createMailer, type Mailer } from './mailer.ts';
import { createSmtp } from './smtp.ts';

export interface MailDependencies {
  readonly config: ControlPlaneConfig;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

export function createMail({ config, log, stopping }: MailDependencies): Mailer {
  const { dataDir, mail } = config;
  if (mail === undefined) return createMailer({ dataDir, log, stopping });
  const { smtpUrl: url, from, passwordFile } = mail;
  const secret = passwordFile === undefined ? {} : { password: readFileSync(passwordFile, 'utf8').trim() };
  return createMailer({ dataDir, log, stopping, transport: createSmtp({ url, from, ...secret }) });
}
