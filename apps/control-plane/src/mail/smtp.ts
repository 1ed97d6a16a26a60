/** Hands one mail to an SMTP server, by nodemailer. Leaves retries to the mailer. */

import { createTransport } from 'nodemailer';
import { isLoopbackHost } from '../config.ts';
import type { Transport } from './mailer.ts';

export interface SmtpSettings {
  /** `smtp://[USER[:PASSWORD]@]HOST[:PORT]`, or `smtps:`. */
  readonly url: string;
  readonly from: string;
  /** In place of one in the address. */
  readonly password?: string;
}

/** A server that accepts the connection and says nothing must not hold the queue. */
const TIMEOUT_MS = 10_000;

export function createSmtp({ url, from, password }: SmtpSettings): Transport {
  const { protocol, hostname, port, username, password: inUrl } = new URL(url);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(username);
  const pass = password ?? decodeURIComponent(inUrl);
  const transport = createTransport({
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // Who listens on the network would read the password, and links that let their reader in.
    requireTLS: !secure && !isLoopbackHost(host),
    ...(user === '' ? {} : { auth: { user, pass } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  return async ({ to, subject, text }) => {
    await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
  };
}
