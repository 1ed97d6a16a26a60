import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, startPeer } from './proxy-harness.ts';

const run = promisify(execFile);
const missing = ['/usr/bin/curl', '/usr/bin/openssl'].filter((program) => !existsSync(program));
const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} not installed)` : '';

describe.skipIf(missing.length > 0)(`with a real curl${why}`, () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pullgate-curl-'));
    const subject = ['-subj', '/CN=reg.test', '-addext', 'subjectAltName=DNS:reg.test'];
    const out = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      ...subject,
      ...out,
    ]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const curl = (proxy: number, ...rest: string[]) =>
    run('curl', [
      '--silent',
      '--show-error',
      '--max-time',
      '20',
      '--proxy',
      `http://127.0.0.1:${proxy}`,
      '--cacert',
      join(folder, 'cert.pem'),
      ...rest,
    ]);

  it('downloads over TLS and over plain HTTP', async () => {
    const key = await readFile(join(folder, 'key.pem'));
    const cert = await readFile(join(folder, 'cert.pem'));
    const body = 'x'.repeat(300_000);
    await using secure = await startPeer(
      () => undefined,
      createTlsServer({ key, cert }, (_request, response) => void response.end(body)),
    );
    await using plain = await startPeer(
      () => undefined,
      createServer((_request, response) => void response.end(body)),
    );
    await using lab = await startLab();
    expect((await curl(lab.port, `https://reg.test:${secure.port}/v2/`)).stdout).toBe(body);
    const urls = [1, 2].map((n) => `http://reg.test:${plain.port}/${n}`);
    expect((await curl(lab.port, ...urls)).stdout).toBe(body + body);
    expect(lab.records.map(({ registry }) => registry)).toEqual([
      `reg.test:${secure.port}`,
      `reg.test:${plain.port}`,
      `reg.test:${plain.port}`,
    ]);
  });

  it('shows the sentence', async () => {
    await using lab = await startLab({ table: () => 'NOT_LISTED' });
    await expect(curl(lab.port, '--verbose', 'https://ghcr.io/v2/')).rejects.toMatchObject({
      stderr: expect.stringContaining('403 acme does not allow ghcr.io (NOT_LISTED, r7). Ask in #platform'),
    });
    const { stdout } = await curl(lab.port, 'http://ghcr.io/v2/');
    expect(JSON.parse(stdout).errors[0].code).toBe('DENIED');
  });
});
