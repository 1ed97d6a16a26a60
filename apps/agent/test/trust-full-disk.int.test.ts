/** `agent install` on a disk that fills while it writes trust files: no half of a file is ever in place, and a repeat finishes. */

import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  contentHashOf,
  generateKeyPair,
  keyFingerprint,
  signKeyCertificate,
  signPolicy,
} from '@pullgate/bundle';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createHost,
  createInstallPlan,
  executePlan,
  type Host,
  InstallError,
} from '../src/install/install.ts';
import { createCertificates } from '../src/points/gateway/certificates.ts';
import { makeTemporaryDirectory } from './temporary.ts';
import { testDocument } from './test-document.ts';

const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const AGENT = '/var/lib/pullgate-agent';
const PAGE_BYTES = 4096;
const DISK_BYTES = 1024 * 1024;
const REGISTRIES = ['ghcr.io', 'docker.io', 'a.acme.example', 'b.acme.example:5000'];
/** Longer than a page, so that a full disk takes a part of it: only then a write is short instead of refused. */
const COMPANY_AUTHORITIES = '# one of many authorities of a company\n'.repeat(400);

async function prepareDisk(): Promise<string> {
  const root = await makeTemporaryDirectory();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=755`, 'tmpfs', root]);
  onTestFinished(() => void execFileSync('umount', ['-l', root]));
  return root;
}

/** A machine that is enrolled, with a policy whose registries are inspected, and engines beside it. */
async function prepareMachine(root: string): Promise<void> {
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const [recovery, signing] = [generateKeyPair(), generateKeyPair()];
  const organization = { id: 'org1', slug: 'acme', name: 'Acme' };
  const registries = REGISTRIES.map((registry, at) => ({ id: `e${at}`, registry, allow: ['pull' as const] }));
  const document = { ...testDocument, registries };
  const keys = await signKeyCertificate(
    { kind: 'keys', organizationId: 'org1', epoch: 1, issuedAt: 1, signingKey: { ...signing.publicKey } },
    recovery.privateKey,
  );
  const payload = {
    kind: 'policy' as const,
    organization,
    epoch: 1,
    revision: 1,
    issuedAt: Date.now(),
    contentHash: contentHashOf(document, []),
    document,
    profiles: [],
    publicUrl: 'https://pullgate.acme.example',
  };
  const signed = await signPolicy(payload, { keys, signingKey: signing.privateKey });
  put(`${AGENT}/policy.bundle.json`, JSON.stringify({ takenAt: Date.now(), keys, payload: signed.payload }));
  put(
    '/etc/pullgate/agent.json',
    JSON.stringify({
      version: 1,
      server: 'https://pullgate.acme.example',
      organization,
      machine: { id: 'm1', name: 'dev-1' },
      recoveryKey: recovery.publicKey,
      fingerprint: await keyFingerprint(recovery.publicKey),
    }),
  );
  put('/etc/containerd/config.toml', '');
  put('/etc/docker/certs.d/a.acme.example/company.crt', COMPANY_AUTHORITIES);
}

function createTestHost(root: string): Host {
  return { ...createHost(root), run: () => ({ status: 127, stdout: '', stderr: '' }) };
}

async function install(root: string): Promise<number> {
  const host = createTestHost(root);
  const plan = await createInstallPlan(host, {
    only: ['trust'],
    proxyUrl: 'http://127.0.0.1:7081',
    isRestartWanted: false,
    binPath: '/opt/pullgate/bin/pullgate',
  });
  executePlan(host, plan, () => undefined);
  return plan.steps.length;
}

/** Leaves so many pages free. */
function fill(root: string, freePages: number): void {
  const file = openSync(join(root, 'ballast'), 'w');
  const page = Buffer.alloc(PAGE_BYTES);
  try {
    while (freePagesOf(root) > freePages) writeSync(file, page);
  } finally {
    closeSync(file);
  }
}

const freePagesOf = (root: string): number => {
  const { bavail, bsize } = statfsSync(root);
  return Math.floor((bavail * bsize) / PAGE_BYTES);
};

/** Every file that is in place, as its reader takes it. @returns what no reader could use */
function findDamage(root: string): readonly string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return files.flatMap((path) => {
    const text = readFileSync(path, 'latin1');
    try {
      return isWhole(path, text) ? [] : [path.slice(root.length)];
    } catch {
      return [path.slice(root.length)];
    }
  });
}

function isWhole(path: string, text: string): boolean {
  if (path.endsWith('.pullgate-new')) return false;
  if (path.endsWith('key.pem')) return createPrivateKey(text).type === 'private';
  if (path.endsWith('upstream-ca.pem')) return text === COMPANY_AUTHORITIES;
  if (/pullgate\.crt$|pullgate-hub\.pem$|-ca\.pem$|leaf\.pem$/.test(path))
    return (
      new X509Certificate(text).ca !== path.endsWith('leaf.pem') &&
      text.endsWith('-----END CERTIFICATE-----\n')
    );
  if (path.endsWith('hosts.toml')) return text.endsWith('\n[host]\n');
  return !path.endsWith('.json') || typeof JSON.parse(text) === 'object';
}

describe('agent install on a full disk', () => {
  it.skipIf(!isRoot)(
    'leaves whole files or none, says what to do, and goes on when there is room (skipped unless root on Linux: it mounts a small tmpfs)',
    { timeout: 120_000 },
    async () => {
      const root = await prepareDisk();
      const failures: number[] = [];
      for (let freePages = 0; ; freePages += 1) {
        for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true });
        await prepareMachine(root);
        fill(root, freePages);
        const failure = await install(root).then(
          () => undefined,
          (error: unknown) => error,
        );
        rmSync(join(root, 'ballast'), { force: true });
        expect({ freePages, damage: findDamage(root) }).toEqual({ freePages, damage: [] });
        const certificates = createCertificates(
          join(root, AGENT, 'trust'),
          pino({ level: 'silent' }),
          Date.now,
        );
        const target = { host: 'a.acme.example', kind: 'name' as const, port: 443 };
        // Either as before it began, or with all that the registry needs: the leaf comes last.
        const found = certificates.find(target)?.upstream().ca;
        expect([undefined, COMPANY_AUTHORITIES]).toContain(found);
        if (failure === undefined) break;
        failures.push(freePages);
        expect(failure).toBeInstanceOf(InstallError);
        expect(failure).toMatchObject({
          code: 'INSTALL_WRITE_FAILED',
          message: expect.stringMatching(/^cannot write \/.+ \((?:ENOSPC|.* full)\)$/),
          hint: expect.stringMatching(/^make room on its disk and repeat the command/),
        });
        await install(root);
        expect(await install(root)).toBe(0);
        expect(findDamage(root)).toEqual([]);
        expect(certificates.find(target)?.upstream().ca).toBe(COMPANY_AUTHORITIES);
      }
      // It failed at each of its files, not at the first alone.
      expect(failures.length).toBeGreaterThan(20);
    },
  );
});
