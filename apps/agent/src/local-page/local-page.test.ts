import { request } from 'node:http';
import { createServer } from 'node:net';
import type { LocalStatus } from '@pullgate/protocol';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalPage, startLocalPage } from './local-page.ts';

const log = pino({ level: 'silent' });
const STATUS: LocalStatus = {
  version: '0.1.0',
  machine: { id: 'm1', name: 'secret-machine' },
  server: 'https://secret-server.example',
  organization: { slug: 'acme', name: 'Acme <b>Inc</b>', fingerprint: 'SECRET-FP' },
  policy: { revision: 4711, epoch: 1, mode: 'enforce', issuedAt: 1, takenAt: 1 },
  connection: { state: 'connected', since: 1 },
  points: [{ name: 'proxy', state: 'on', detail: 'secret-detail', allowedToday: 1, deniedToday: 1 }],
  log: { pending: 0, dropped: 0 },
  signIn: {
    mechanism: 'registry.json',
    place: '/etc/pullgate/registry.json',
    allowedOrgs: ['acme', 'beta'],
    state: 'required',
    session: {
      email: 'secret-person@acme.example',
      organizations: ['secret-org'],
      teams: ['secret-team'],
      since: 1,
      goodUntil: 2,
      expired: false,
    },
  },
};

let page: LocalPage | undefined;
afterEach(async () => {
  await page?.stop();
  page = undefined;
});

async function start(status: LocalStatus = STATUS): Promise<number> {
  page = await startLocalPage({ listen: '127.0.0.1:0', status: () => status, log });
  return Number(new URL(page.url ?? '').port);
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function ask(port: number, path: string, headers: object = {}, method = 'GET'): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const usual = { host: `127.0.0.1:${port}` };
  const outgoing = request(
    { port, path, method, headers: { ...usual, ...headers }, host: '127.0.0.1' },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    },
  );
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}

describe('the page', () => {
  it('says who enforces what and which command to run, escaped', async () => {
    const { status, text } = await ask(await start(), '/');
    expect(status).toBe(200);
    expect(text).toContain('Acme &lt;b&gt;Inc&lt;/b&gt;');
    expect(text).toContain('<code>/etc/pullgate/registry.json</code> (registry.json)');
    expect(text).toContain('Nobody of acme or beta is signed in');
    expect(text).toContain('<code>pullgate login</code>');
  });

  it('shows no people, no rules, and nothing else that status knows', async () => {
    const { text } = await ask(await start(), '/');
    expect(text).not.toMatch(/secret|4711/i);
  });

  it.each([
    ['off', { mechanism: 'none', allowedOrgs: [], state: 'off' }, 'Not required'],
    ['satisfied', { mechanism: 'plist', allowedOrgs: ['acme'], state: 'satisfied' }, 'It is satisfied'],
    ['broken', { mechanism: 'plist', allowedOrgs: [], state: 'required', problem: 'f: <x>' }, 'f: &lt;x&gt;'],
  ] as const)('words sign-in that is %s', async (_name, signIn, expected) => {
    const { text } = await ask(
      await start({ ...STATUS, signIn: { ...signIn, allowedOrgs: [...signIn.allowedOrgs] } }),
      '/',
    );
    expect(text).toContain(expected);
  });

  it('allows a browser nothing but its own style sheet', async () => {
    const port = await start();
    for (const path of ['/', '/pullgate.css', '/none']) {
      const { headers } = await ask(port, path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['cache-control']).toBe('no-store');
    }
    const { text } = await ask(port, '/');
    expect(text).not.toMatch(/<script|style=|<style/);
  });
});

describe('another site in the same browser', () => {
  it.each([
    ['rebinds its name', { host: 'evil.example' }, 421],
    ['rebinds its name, with the port', { host: 'evil.example:PORT' }, 421],
    ['names the address without the port', { host: '127.0.0.1' }, 421],
    ['ends its name like ours', { host: '127.0.0.1.evil.example:PORT' }, 421],
    ['fetches', { origin: 'https://evil.example' }, 403],
    ['fetches from another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['fetches without an origin', { origin: 'null' }, 403],
    ['embeds it', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['links to it', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
  ])('%s', async (_name, headers, expected) => {
    const port = await start();
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', `${port}`)]),
    );
    const { status, text } = await ask(port, '/', sent);
    expect(status).toBe(expected);
    expect(text.includes('Acme')).toBe(expected === 200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('cannot %s', async (method) => {
    expect((await ask(await start(), '/', {}, method)).status).toBe(405);
  });

  it.each(['localhost', '[::1]'])('is not %s', async (name) => {
    const port = await start();
    expect((await ask(port, '/', { host: `${name}:${port}` })).status).toBe(200);
  });
});

describe('where it cannot be', () => {
  it('is off without a word to engines when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const second = await startLocalPage({ listen: `127.0.0.1:${port}`, status: () => STATUS, log });
    expect(second.url).toBeUndefined();
    await second.stop();
    other.close();
  });

  it('is off when it is told so', async () => {
    expect((await startLocalPage({ listen: 'off', status: () => STATUS, log })).url).toBeUndefined();
  });
});
