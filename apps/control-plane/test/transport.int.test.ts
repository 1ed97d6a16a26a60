/** Hosts, headers, limits, TLS and logs of a real server. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startControlPlane } from '../src/start.ts';
import { type Harness, OWNER, startHarness } from './harness.ts';

/** Status of a GET with headers that fetch does not let one set. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('transport', () => {
  let plane: Harness;
  beforeAll(async () => {
    plane = await startHarness({ limits: { requests: 200, signIns: 3, failedTokens: 5 } });
  });
  afterAll(async () => {
    await plane.close();
  });

  it('answers a foreign Host with 421, probes excepted', async () => {
    expect(await statusOf(`${plane.url}/`, { host: 'rebound.example' })).toBe(421);
    expect(await statusOf(`${plane.url}/sign-in`, { host: 'localhost:1' })).toBe(200);
    expect(await statusOf(`${plane.url}/healthz`, { host: '10.0.0.7' })).toBe(200);
  });

  it('sends headers that keep pages from being framed, scripted or sniffed', async () => {
    const { headers } = await plane.anonymous.get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('tells health, readiness and figures', async () => {
    expect((await plane.anonymous.get('/healthz')).body).toEqual({ status: 'alive' });
    expect((await plane.anonymous.get('/readyz')).body).toEqual({ status: 'ready' });
    expect((await plane.anonymous.get('/metrics')).body).toContain('process_cpu_seconds_total');
    const forwarded = await plane.anonymous.get('/metrics', { 'x-forwarded-for': '127.0.0.1' });
    expect(forwarded.status).toBe(404);
  });

  it.each([
    ['no JSON', 'POST', 'tokens', '{', 400, 'REQUEST_INVALID'],
    ['a wrong type', 'POST', 'tokens', { name: 1, scopes: [] }, 400, 'REQUEST_INVALID'],
    [
      'an unknown member',
      'POST',
      'tokens',
      { name: 'x', scopes: ['policy:read'], more: 1 },
      400,
      'REQUEST_INVALID',
    ],
    ['a limit too high', 'GET', 'activity?limit=201', undefined, 400, 'REQUEST_INVALID'],
    ['a made-up cursor', 'GET', 'activity?cursor=eyJ9', undefined, 400, 'REQUEST_INVALID'],
    ['a body too large', 'POST', 'tokens', { name: 'x'.repeat(2 ** 20) }, 413, 'BODY_TOO_LARGE'],
    ['an unknown path', 'GET', '/api/v1/nothing', undefined, 404, 'NOT_FOUND'],
  ])('answers %s with a problem', async (_what, method, path, body, status, code) => {
    const answer = await plane.owner.request(method, path, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  });

  it('refuses forms where JSON is expected', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await plane.owner.post('tokens', 'name=x', headers);
    expect([answer.status, answer.body.code]).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED']);
  });

  it('limits guesses of passwords and tokens', async () => {
    const guess = () =>
      plane.anonymous.post('/api/auth/sign-in/email', { email: OWNER.email, password: 'not the one' });
    const statuses: number[] = [];
    for (let tries = 0; tries < 4; tries += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    const wrong = plane.clientWith({ authorization: 'Bearer pgt_guess' });
    const codes: string[] = [];
    for (let tries = 0; tries < 7; tries += 1) codes.push((await wrong.get('policy')).body.code);
    expect(codes.at(0)).toBe('TOKEN_INVALID');
    expect(codes.at(-1)).toBe('RATE_LIMITED');
  });

  it('lets no secret reach the log', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
    const config = plane.config;
    await plane.stopped(async () => {
      const loud = await startControlPlane(config, { log });
      const headers = { authorization: `Bearer ${plane.token}`, 'content-type': 'application/json' };
      await fetch(`${loud.url}/welcome?code=9F3K-22QM`);
      await fetch(`${loud.url}/api/v1/session`, { headers });
      const body = JSON.stringify({ email: OWNER.email, password: OWNER.password });
      const signedIn = await fetch(`${loud.url}/api/auth/sign-in/email`, { method: 'POST', headers, body });
      await loud.close();
      const cookie = signedIn.headers.get('set-cookie')?.split(/[=;]/)[1] ?? 'none';
      const text = lines.join('');
      expect(text).toContain('request answered');
      for (const secret of [plane.token, '22QM', OWNER.password, cookie]) expect(text).not.toContain(secret);
    });
  });
});

describe('TLS', () => {
  it('serves https with secure cookies', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'pullgate-tls-'));
    const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
    ];
    execFileSync('openssl', [...args, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    const plane = await startHarness({ config: { tlsCert: cert, tlsKey: key } });
    const cookies = await new Promise<string>((resolve, reject) => {
      const body = JSON.stringify({ email: OWNER.email, password: OWNER.password });
      const headers = { 'content-type': 'application/json', origin: plane.url };
      requestTls(
        `${plane.url}/api/auth/sign-in/email`,
        { method: 'POST', headers, rejectUnauthorized: false },
        (response) => {
          response.resume();
          resolve(String(response.headers['set-cookie']));
        },
      )
        .on('error', reject)
        .end(body);
    });
    expect(cookies).toContain('__Secure-pullgate.session_token');
    expect(cookies).toContain('HttpOnly');
    await plane.close();
    rmSync(dir, { recursive: true });
  });
});
