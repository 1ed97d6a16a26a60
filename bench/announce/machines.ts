/**
 * The machines of the announcement benchmark, all of them in this one process: enrols them, opens their event streams, and
 * tells the parent when the last of them has heard of a revision.
 */

import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { generateKeyPair } from '@pullgate/bundle';
import { importJWK, SignJWT } from 'jose';

/** Machines that connect at a time: enough to keep the server busy, too few to overrun its queue of connections. */
const AT_ONCE = 32;

const [, , url = '', token = '', count = '0'] = process.argv;
const machines = Number(count);
const heard = new Map<number, number>();
/** What is in force is told to each as it connects; only what comes later was announced. */
let isReady = false;

await inParallel(machines, async (n) => openStream(await enroll(n)));
isReady = true;
process.send?.({ ready: machines });
process.on('disconnect', () => process.exit());

type Authorize = () => Promise<string>;

async function enroll(n: number): Promise<Authorize> {
  const { publicKey, privateKey } = generateKeyPair();
  const response = await fetch(`${url}/agent/v1/enroll`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      publicKey,
      name: `machine-${n}`,
      os: 'linux',
      arch: 'x64',
      agentVersion: 'bench',
      protocol: 1,
    }),
  });
  if (!response.ok) throw new Error(`enrolment answered ${response.status}`);
  const { machineId } = (await response.json()) as { machineId: string };
  const key = await importJWK({ ...privateKey }, 'EdDSA');
  return async () => {
    const now = Math.floor(Date.now() / 1000);
    const jwt = await new SignJWT({ htm: 'GET', htu: '/agent/v1/events' })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(machineId)
      .setAudience(url)
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .setJti(randomUUID())
      .sign(key);
    return `Machine ${jwt}`;
  };
}

/** Resolves when the stream has said what is in force. */
async function openStream(authorize: Authorize): Promise<void> {
  const headers = { authorization: await authorize() };
  await new Promise<void>((resolve, reject) => {
    const call = request(`${url}/agent/v1/events`, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`events answered ${response.statusCode}`));
      response.setEncoding('latin1');
      response.on('data', (chunk: string) => {
        for (const [, revision] of chunk.matchAll(/event: policy\ndata: .*?"revision":(\d+)/g))
          hear(Number(revision));
        resolve();
      });
      response.on('close', () => reject(new Error('a stream was closed')));
    });
    call.on('error', reject);
    call.end();
  });
}

function hear(revision: number): void {
  if (!isReady) return;
  const soFar = (heard.get(revision) ?? 0) + 1;
  heard.set(revision, soFar);
  if (soFar === machines) process.send?.({ revision, at: performance.timeOrigin + performance.now() });
}

async function inParallel(total: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < total) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
