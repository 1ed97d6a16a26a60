import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMailer, type MailerOptions } from './mailer.ts';
import { createSmtp } from './smtp.ts';

let dataDir: string;
let lines: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pullgate-mail-'));
  lines = '';
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const MAIL = { to: 'dev@acme.example', subject: 'Hello', text: 'https://pullgate.example/?code=SECRET' };

const mailerWith = (options: Partial<MailerOptions> = {}) =>
  createMailer({
    dataDir,
    log: pino(
      { level: 'info' },
      {
        write: (line: string) => {
          lines += line;
        },
      },
    ),
    stopping: new AbortController().signal,
    retryDelaysMs: [1, 1],
    ...options,
  });
const outbox = () => readdirSync(join(dataDir, 'outbox')).map((name) => join(dataDir, 'outbox', name));

/** Refuses the first `refusals` mails. */
async function startServer(refusals: number) {
  const received: string[] = [];
  let left = refusals;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, callback) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      stream.on('end', () => {
        left -= 1;
        if (left >= 0) return callback(new Error('try again later'));
        received.push(text);
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const transport = createSmtp({ url: `smtp://127.0.0.1:${port}`, from: 'pullgate@acme.example' });
  return { received, transport, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

it('without SMTP keeps the whole mail in the outbox, and no link in the log', () => {
  mailerWith().send(MAIL);
  const [file = ''] = outbox();
  expect(readFileSync(file, 'utf8')).toContain('code=SECRET');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(lines).toContain('dev@acme.example');
  expect(lines).not.toContain('SECRET');
});

it.each([
  { refusals: 0, delivered: 1 },
  { refusals: 2, delivered: 1 },
  { refusals: 3, delivered: 0 },
])('a server that refuses $refusals times gets $delivered', async ({ refusals, delivered }) => {
  const server = await startServer(refusals);
  const mailer = mailerWith({ transport: server.transport });
  mailer.send(MAIL);
  await mailer.idle();
  await server.close();
  expect(server.received).toHaveLength(delivered);
  for (const text of server.received) expect(text).toMatch(/^Subject: Hello/m);
  if (delivered === 0) expect(outbox()).toHaveLength(1);
});

it('makes nobody wait for a server that never answers', async () => {
  const { promise: silent, resolve: answer } = Promise.withResolvers<void>();
  let asked = 0;
  const mailer = mailerWith({
    transport: async () => {
      asked += 1;
      await silent;
    },
  });
  for (let count = 0; count < 3; count++) mailer.send(MAIL);
  expect(asked).toBeLessThanOrEqual(1);
  answer();
  await mailer.idle();
  expect(asked).toBe(3);
});
