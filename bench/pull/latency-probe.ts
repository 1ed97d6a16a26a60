/**
 * Runs inside the laboratory: turns the policy to enforce by the API and asks the agent's proxy without pause until it
 * refuses; prints one line of JSON with the milliseconds of every round, from sending the request to reading the refusal.
 * usage: latency-probe.ts ROUNDS SERVER PROXY_PORT ORGANIZATION TARGET     (the owner's token on standard input)
 */

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const [rounds, server, proxyPort, organization, target] = process.argv.slice(2);
const token = (await text(process.stdin)).trim();

async function setMode(mode: 'observe' | 'enforce'): Promise<void> {
  const response = await fetch(`${server}/api/v1/organizations/${organization}/policy/mode`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ mode }),
  });
  if (!response.ok) throw new Error(`mode ${mode}: ${response.status} ${await response.text()}`);
}

/** Whether the agent refuses to connect to the target now. */
function isRefused(): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(proxyPort), '127.0.0.1');
    socket.on('error', reject);
    socket.write(`CONNECT ${target}:443 HTTP/1.1\r\nHost: ${target}:443\r\n\r\n`);
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1').startsWith('HTTP/1.1 403'));
    });
  });
}

async function waitUntil(wanted: boolean): Promise<void> {
  while ((await isRefused()) !== wanted);
}

const latenciesMs: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  await setMode('observe');
  await waitUntil(false);
  const sentAt = performance.now();
  const [endedAt] = await Promise.all([waitUntil(true).then(() => performance.now()), setMode('enforce')]);
  latenciesMs.push(endedAt - sentAt);
}
process.stdout.write(`${JSON.stringify(latenciesMs)}\n`);
