/** On the way into force: a draft that fell behind, a publish that must be meant, modes of teams, a list from a file. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

describe('Publishing', { timeout: 120_000 }, () => {
  let room: Showroom;
  let browser: Browser;
  let owner: Visit;
  let page: Page;
  beforeAll(async () => {
    [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
    owner = await visit(browser, room.plane.url, OWNER);
    page = owner.page;
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });
  beforeEach(async () => {
    const { version } = await draft();
    await room.plane.owner.delete('policy/draft', { 'if-match': `"d${version}"` });
  });
  const draft = async () => (await room.plane.owner.get('policy/draft')).body;
  const inForce = async () => (await room.plane.owner.get('policy')).body;
  const changed = async () => (await draft()).changes.map(({ path }: { path: string }) => path);
  const drawer = () => page.getByRole('dialog');
  const behind = () =>
    page.getByRole('status').filter({ hasText: 'was published after this draft was begun' });
  /** Another editor, in a browser of her own, goes back to the first revision. */
  const letAdaRollBack = async () => {
    const ada = await visit(browser, room.plane.url, PEOPLE.admin);
    await ada.open('registry-access?revision=1');
    await ada.page.getByRole('button', { name: 'Roll back to r1' }).click();
    const question = ada.page.getByRole('dialog', { name: 'Roll back to r1?' });
    await question.getByRole('button', { name: 'Roll back to r1' }).click();
    await question.waitFor({ state: 'detached' });
    await ada.close();
  };

  it('brings a draft up to date when another editor published meanwhile, and keeps what it holds', async () => {
    await room.plane.owner.post('registries', { registry: 'lscr.io' });
    await letAdaRollBack();
    await owner.open('registry-access');
    await behind().waitFor();
    await owner.expectAccessible();
    await behind().getByRole('button', { name: 'Bring it up to date' }).click();
    await behind().waitFor({ state: 'detached' });
    await page.getByText('1 change not in force yet').waitFor();
    expect(await changed()).toEqual(['/registries/lscr-io']);
    expect((await draft()).base).toBe((await inForce()).revision);
    await room.plane.owner.post('policy/rollback', { revision: 2 });
  });

  it('shows both sides when they changed the same rule, and loses neither', async () => {
    await room.plane.owner.patch('registries/quay-io', { allow: ['push'], name: 'Mine' });
    await letAdaRollBack();
    const before = await draft();
    await owner.open('registry-access');
    await behind().getByRole('button', { name: 'Bring it up to date' }).click();
    const sides = behind().getByRole('alert');
    await sides.getByText('/registries/quay-io').waitFor();
    const text = (await sides.textContent()) ?? '';
    const [, published = '', mine = ''] = text.split(/Published since|In the draft/);
    expect([published, mine]).toEqual([expect.stringContaining('quay.io'), expect.stringContaining('Mine')]);
    await owner.expectAccessible();
    expect(await draft()).toMatchObject({ yaml: before.yaml, base: before.base });
    await behind().getByRole('button', { name: 'Discard the draft' }).click();
    await drawer().getByRole('button', { name: 'Discard the draft' }).click();
    await behind().waitFor({ state: 'detached' });
    expect(await changed()).toEqual([]);
    await room.plane.owner.post('policy/rollback', { revision: 2 });
  });

  it('publishes against its own tests only when that is said, by keyboard', async () => {
    const { version, yaml } = await draft();
    const tested = `${yaml}tests:\n  - { pull: "nowhere.example/app:1", expect: allow }\n`;
    await room.plane.owner.put('policy/draft', { yaml: tested }, { 'if-match': `"d${version}"` });
    const { revision } = await inForce();
    await owner.open('registry-access?review=true');
    await drawer().getByText('1 of 1 test fail.').waitFor();
    const apply = drawer().getByRole('button', { name: 'Save & Apply' });
    expect(await apply.isDisabled()).toBe(true);
    await owner.expectAccessible();
    await drawer().getByRole('checkbox', { name: 'I have read this' }).focus();
    await page.keyboard.press('Space');
    await apply.focus();
    await page.keyboard.press('Enter');
    await drawer()
      .getByText(`of 5 machines on r${revision + 1}`)
      .waitFor();
    expect((await inForce()).revision).toBe(revision + 1);
    await room.plane.owner.post('policy/rollback', { revision });
  });

  it('gives a team a mode of its own, changes it, and lets it follow again', async () => {
    await owner.open('registry-access');
    await page.getByRole('button', { name: 'Teams with a mode of their own' }).click();
    await page.getByRole('combobox', { name: 'Give a team its own mode' }).click();
    await page.getByRole('option', { name: 'Payments' }).click();
    await page.getByRole('button', { name: 'Enforce', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'Enforce for team payments?' });
    await question.getByText('This holds for the members of payments').waitFor();
    await owner.expectAccessible();
    await question.getByRole('button', { name: 'Enforce' }).click();
    const modes = page.getByRole('radiogroup', { name: 'Mode of team payments' });
    await modes.waitFor();
    expect((await inForce()).document.mode.teams).toEqual({ payments: 'enforce' });
    await owner.expectAccessible();
    await modes.locator('label').filter({ hasText: 'Off' }).click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await expect.poll(async () => (await inForce()).document.mode.teams).toEqual({ payments: 'off' });
    await page.getByRole('button', { name: 'Follow the organization' }).click();
    await page.getByText('payments follows the organization once you apply the draft.').waitFor();
    expect((await draft()).document.mode.teams).toEqual({});
  });

  it.each([
    ['list.csv', 'registry,nickname\r\ngcr.io,"Google, old"\r\nlscr.io;LinuxServer\r\n', 'Google, old'],
    [
      'ram.json',
      JSON.stringify({
        standard_registries: [{ id: 'dockerhub', allowed: true }],
        custom_registries: [
          { address: 'gcr.io', friendly_name: 'Google', allowed: true },
          { address: 'lscr.io', friendly_name: 'LinuxServer', allowed: false },
        ],
      }),
      'Google',
    ],
  ])('takes in a list from a file: %s', async (name, text, nickname) => {
    await owner.open('registry-access?bulk=true');
    const file = { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
    await drawer().locator('input[type="file"]').setInputFiles(file);
    await drawer().getByText('2 registries to add').waitFor();
    await owner.expectAccessible();
    await drawer().getByRole('button', { name: 'Add 2 registries' }).click();
    await page.getByText('2 changes not in force yet').waitFor();
    const isBlocked = text.includes('"allowed":false');
    const added = await Promise.all(
      ['gcr-io', 'lscr-io'].map((id) => room.plane.owner.get(`registries/${id}`)),
    );
    expect(added.map(({ body }) => body)).toMatchObject([
      { name: nickname, allow: ['pull', 'push'] },
      { name: 'LinuxServer', allow: isBlocked ? [] : ['pull', 'push'] },
    ]);
  });

  it('had no script that failed', () => {
    expect(owner.troubles).toEqual([]);
  });
});
