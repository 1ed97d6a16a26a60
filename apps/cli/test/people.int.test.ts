/** What an owner does with people, as a person sees it: the real command on a real server. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScene, type Scene } from './scene.ts';

let scene: Scene;
let running: Awaited<ReturnType<Scene['up']>>;
beforeAll(async () => {
  scene = createScene({ PULLGATE_ORGANIZATION: 'acme' });
  running = await scene.up();
});
afterAll(async () => {
  await running.stop();
  scene.dispose();
});

const golden = (name: string): string => join(import.meta.dirname, '..', 'golden', `${name}.txt`);

async function transcribe(...commands: readonly (readonly string[])[]): Promise<string> {
  const lines: string[] = [];
  for (const command of commands) {
    const { code, text } = await scene.transcribe(command);
    const words = command.map((word) => (/^[\w./:=,@-]+$/.test(word) ? word : `'${word}'`));
    lines.push(`$ pullgate ${words.join(' ')}\n`, text, ...(code === 0 ? [] : [`(exit code ${code})\n`]));
  }
  return scene.normalize(lines.join(''));
}

it('sees and sets who holds a machine', async () => {
  const text = await transcribe(
    ['session', 'list'],
    ['machine', 'holder', 'nowhere'],
    ['session', 'end', 'none'],
    ['machine', 'revoke', 'nowhere', '--yes'],
  );
  await expect(text).toMatchFileSnapshot(golden('machine-people'));
});

it('shows people, and keeps the last owner', async () => {
  const { items } = JSON.parse((await scene.cli(['member', 'list', '--json'])).stdout);
  expect(items).toMatchObject([{ role: 'owner', state: 'active' }]);
  const owner = items[0].email;
  const text = await transcribe(
    ['organization', 'show'],
    ['member', 'list'],
    ['member', 'show', owner],
    ['member', 'edit', owner, '--deactivate'],
    ['member', 'show', 'nobody@acme.example'],
    ['member', 'edit', owner],
  );
  await expect(
    text
      .replaceAll(owner, 'owner@acme.example')
      .replace(/[A-Za-z0-9]{32}/g, wide('PERSON'))
      .replace(/ +$/gm, ''),
  ).toMatchFileSnapshot(golden('people'));
});

it('makes teams and invites people', async () => {
  const text = await transcribe(
    ['team', 'list'],
    ['team', 'create', 'platform', '--name', 'Platform and tools'],
    ['team', 'create', 'platform'],
    ['team', 'list'],
    ['team', 'edit', 'platform', '--name', 'Platform'],
    ['team', 'add', 'nowhere', 'owner@acme.example'],
    ['team', 'edit', 'nowhere', '--name', 'x'],
    ['team', 'delete', 'platform', '--json'],
    ['team', 'delete', 'platform'],
    ['invitation', 'list'],
    ['invitation', 'create', 'dev@acme.example', '--teams', 'nowhere'],
    ['invitation', 'create', 'dev@acme.example', '--role', 'auditor'],
    ['invitation', 'list'],
    ['invitation', 'revoke', 'nothing'],
  );
  await expect(scrub(text)).toMatchFileSnapshot(golden('teams-invitations'));
  const outbox = join(scene.folder, 'data', 'control-plane', 'outbox');
  const mails = readdirSync(outbox).map((file) => readFileSync(join(outbox, file), 'utf8'));
  expect(mails.filter((mail) => mail.startsWith('To: dev@acme.example'))).toHaveLength(1);
  expect(mails.join('')).not.toContain('.invalid');
}, 90_000);

it('says where people come from', async () => {
  const text = await transcribe(
    ['sso', 'show'],
    ['sso', 'test'],
    ['sso', 'remove', '--yes'],
    ['domain', 'list'],
    ['domain', 'add', 'acme.example'],
    ['domain', 'list'],
    ['domain', 'remove', 'globex.example'],
    ['domain', 'remove', 'acme.example'],
    ['scim', 'show'],
    ['scim', 'credential', 'create'],
    ['scim', 'set', '--map', 'Ops=role:auditor'],
    ['scim', 'set'],
    ['scim', 'credential', 'create'],
    ['scim', 'credential', 'revoke', 'nothing'],
    ['scim', 'remove'],
    ['scim', 'remove', '--yes'],
  );
  await expect(scrub(text)).toMatchFileSnapshot(golden('identity'));
}, 90_000);

it('verifies what was recorded', async () => {
  const { stdout } = await scene.cli(['activity', 'verify', '--json']);
  const { head } = JSON.parse(stdout) as { head: string };
  const text = await transcribe(
    ['activity', 'verify'],
    ['activity', 'verify', '--head', head],
    ['activity', 'verify', '--head', `sha256:${'0'.repeat(64)}`],
    ['activity', 'verify', '--head', 'x'],
  );
  const entries = text.replace(/\b\d+(?= entries)|(?<=entry )\d+/g, 'N');
  await expect(entries.replace(/sha256:\w+/g, 'sha256:HEAD')).toMatchFileSnapshot(golden('activity-verify'));
});

it('says what to do without a server, a sign-in or a good token', async () => {
  const other = createScene();
  const server = new URL(running.report.url).origin;
  const at = ['--server', server, '--organization', 'acme'];
  const away = await other.transcribe(['member', 'list', ...at]);
  expect([away.code, away.text]).toEqual([1, expect.stringContaining('[NOT_SIGNED_IN]\n  sign in:')]);
  other.dispose();
  const token = { PULLGATE_TOKEN: 'pgt_none', PULLGATE_SERVER: server, PULLGATE_ORGANIZATION: 'acme' };
  const expired = createScene(token);
  const refused = await expired.transcribe(['member', 'list']);
  expect([refused.code, refused.text]).toEqual([1, expect.stringMatching(/\[TOKEN_INVALID\]\n {2}\S/)]);
  const down = await expired.transcribe(['member', 'list', '--server', 'http://127.0.0.1:9']);
  expect([down.code, down.text]).toEqual([1, expect.stringMatching(/\[SERVER_UNREACHABLE\]\n {2}\S/)]);
  expired.dispose();
});

/** In the place of something as long, so that columns still align. */
const wide =
  (name: string) =>
  (found: string): string =>
    name.padEnd(found.length);

/** Ids and random names of a run. */
const scrub = (text: string): string =>
  text
    .replace(/pullgate-verification=\S+|(?<=invitation\?code=)\S+|(?<=\/)[A-Za-z0-9_-]{20,}/g, 'RANDOM')
    .replace(/(?<=pullgate-domain=)\w+/g, 'RANDOM')
    .replace(/HASH[\w.-]*/g, 'HASH')
    .replace(/\b[A-Za-z0-9]{32}\b/g, wide('ID'))
    .replace(/ +$/gm, '');
