/** A machine without network, as an owner and whoever stands before it see it: the real commands, the server stopped in between. */

import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene, type Scene, sendConnect } from './scene.ts';

let scene: Scene;
let machine: Scene;
let running: Awaited<ReturnType<Scene['up']>>;
let listen: string;
/** The machine's own; its socket's path must be known before its scene is made. */
const agentFolder = mkdtempSync(join(tmpdir(), 'pg-'));
const files = () => ({
  prepared: join(scene.folder, 'vault-1.json'),
  carried: join(machine.folder, 'vault-1.json'),
});

beforeAll(async () => {
  // The server comes back under the address that the machine was told.
  listen = `127.0.0.1:${await findFreePort()}`;
  scene = createScene({ PULLGATE_ORGANIZATION: 'acme' });
  machine = createScene({ PULLGATE_AGENT_SOCKET: join(agentFolder, 'agent.sock') });
  running = await scene.up(['--listen', listen]);
});
afterAll(async () => {
  await running.stop();
  machine.dispose();
  rmSync(agentFolder, { recursive: true, force: true });
  scene.dispose();
});

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks again until the answer is yes; the test's own limit ends it. */
async function until(work: () => Promise<boolean>): Promise<void> {
  while (!(await work())) await sleep(200);
}

async function transcribe(on: Scene, ...commands: readonly (readonly string[])[]): Promise<string> {
  const lines: string[] = [];
  for (const command of commands) {
    const { code, text } = await on.transcribe(command);
    lines.push(`$ pullgate ${command.join(' ')}\n`, text, ...(code === 0 ? [] : [`(exit code ${code})\n`]));
  }
  const text = lines.join('').replaceAll(agentFolder, 'AGENT');
  return on.normalize(text).replace(/offline for \d+ (?:s|min)/, 'offline for 3 s');
}

it('is not prepared by whoever may not enrol machines', async () => {
  const { stdout } = await scene.cli([
    'token',
    'create',
    '--name',
    'ci',
    '--scopes',
    'machines:read',
    '--json',
  ]);
  const { token } = JSON.parse(stdout) as { token: string };
  const reader = createScene({
    PULLGATE_SERVER: running.report.url,
    PULLGATE_ORGANIZATION: 'acme',
    PULLGATE_TOKEN: token,
  });
  const output = join(reader.folder, 'vault-1.json');
  const { code, stderr } = await reader.cli(['machine', 'prepare', 'vault-1', '--output', output]);
  expect(code).toBe(1);
  expect(stderr).toContain('[SCOPE_MISSING]');
  expect(existsSync(output)).toBe(false);
  reader.dispose();
});

it('is prepared by an owner, judges without network, and shows itself when there is one', async () => {
  const { prepared, carried } = files();
  const dataDir = agentFolder;
  await scene.cli(['mode', 'enforce', '--yes']);
  const atServer = await transcribe(
    scene,
    ['machine', 'prepare', 'vault-1', '--output', prepared],
    ['machine', 'prepare', 'vault-1', '--output', prepared],
    ['machine', 'list'],
  );
  expect(statSync(prepared).mode & 0o777).toBe(0o600);
  await running.stop();

  copyFileSync(prepared, carried);
  const enroll = ['machine', 'enroll', '--file', carried, '--data-dir', dataDir, '--yes'];
  const enrolled = await transcribe(machine, enroll, enroll);
  expect(existsSync(carried)).toBe(false);
  copyFileSync(prepared, carried);
  const again = await transcribe(machine, enroll);
  expect(existsSync(carried)).toBe(true);
  const proxy = `127.0.0.1:${await findFreePort()}`;
  const agent = machine.start(['agent', 'run', '--data-dir', dataDir, '--proxy-listen', proxy]);
  const ended = once(agent, 'exit');
  try {
    await until(async () => (await machine.cli(['status'])).code === 0);
    expect(await sendConnect(`http://${proxy}`, 'registry.test:443')).toMatch(/^HTTP\/1.1 403 acme does not/);
    const without = await transcribe(machine, ['status'], ['check', 'registry.test/app:1']);

    running = await scene.up(['--listen', listen]);
    await until(async () => /vault-1 +online/.test((await scene.cli(['machine', 'list'])).stdout));
    const denied = ['decision', 'list', '--denied', '--registry', 'registry.test', '--json'];
    await until(async () => JSON.parse((await scene.cli(denied)).stdout).items.length > 0);
    const [decision] = JSON.parse((await scene.cli(denied)).stdout).items;
    const { machine: id } = JSON.parse(readFileSync(join(dataDir, 'agent.json'), 'utf8'));
    expect(decision).toMatchObject({ verdict: 'deny', machine: { id: id.id, name: 'vault-1' } });
    await expect([atServer, enrolled, again, without].join('')).toMatchFileSnapshot(
      join(import.meta.dirname, '..', 'golden', 'machine-prepare.txt'),
    );
  } finally {
    agent.kill('SIGTERM');
    await ended;
  }
}, 300_000);
