/** What an owner does with people, as a person sees it: the real command on a real server. */

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
    text.replaceAll(owner, 'owner@acme.example').replace(/[A-Za-z0-9]{32}/g, 'PERSON'),
  ).toMatchFileSnapshot(golden('people'));
});
