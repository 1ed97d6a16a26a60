/** The page People: what is done there is what the API says afterwards, and what a role may not do is not offered. */

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

describe('People', () => {
  let room: Showroom;
  let browser: Browser;
  let owner: Visit;
  beforeAll(async () => {
    [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });
  beforeEach(async () => {
    owner = await visit(browser, room.plane.url, OWNER);
  });
  afterEach(async () => {
    expect(owner.troubles).toEqual([]);
    await owner.close();
  });
  const memberOf = async (email: string) =>
    (await room.plane.owner.get(`members?search=${email}`)).body.items[0];

  it('finds members on the server, and opens one by keyboard alone', async () => {
    const { page, open } = owner;
    await open('people');
    await page.getByRole('searchbox', { name: 'Name or address' }).fill('dora');
    await page.getByRole('button', { name: 'Open Dora Directory' }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    await owner.expectAccessible();
    await page.getByRole('button', { name: 'Open Dora Directory' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Member' }).getByText('A directory (SCIM)').waitFor();
    await owner.expectAccessible();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('member')).toBe(null);
  });

  it('changes role and teams of a member', async () => {
    const { page, open } = owner;
    const { id } = await memberOf(PEOPLE.auditor.email);
    await open(`people?member=${id}`);
    const drawer = page.getByRole('dialog', { name: 'Member' });
    await drawer.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'Admin' }).click();
    await drawer.getByRole('combobox', { name: 'Teams' }).click();
    await page.getByRole('option', { name: 'Payments' }).click();
    // The list stays open for more; leaving the field closes it.
    await page.keyboard.press('Tab');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    expect(await memberOf(PEOPLE.auditor.email)).toMatchObject({ role: 'admin', teams: ['payments'] });
    await room.plane.owner.patch(`members/${id}`, { role: 'auditor' });
  });

  it('deactivates and reactivates a member, and removes one whose address is typed', async () => {
    const { page, open } = owner;
    const dora = await memberOf('dora@acme.example');
    await open(`people?member=${dora.id}`);
    const drawer = page.getByRole('dialog', { name: 'Member' });
    await drawer.getByRole('button', { name: 'Deactivate' }).click();
    await page
      .getByRole('dialog', { name: /^Deactivate Dora/ })
      .getByRole('button', { name: 'Deactivate' })
      .click();
    await drawer.getByRole('button', { name: 'Reactivate' }).click();
    await drawer.getByRole('button', { name: 'Deactivate' }).waitFor();
    expect((await memberOf(dora.email)).state).toBe('active');
    await drawer.getByRole('button', { name: 'Remove' }).click();
    const question = page.getByRole('dialog', { name: /^Remove Dora/ });
    expect(await question.getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true);
    await question.getByLabel(/^Type dora/).fill(dora.email);
    await question.getByRole('button', { name: 'Remove' }).click();
    await drawer.waitFor({ state: 'detached' });
    expect((await room.plane.owner.get(`members/${dora.id}`)).status).toBe(404);
  });

  it('keeps the last owner, and says why', async () => {
    const { page, open } = owner;
    const { id } = await memberOf(OWNER.email);
    await open(`people?member=${id}`);
    await page.getByText('This is the last active owner').waitFor();
    expect(await page.getByRole('button', { name: /Leave|Deactivate|Remove$/ }).count()).toBe(0);
  });

  it('makes a team, puts somebody in, and names the rules that keep one from being deleted', async () => {
    const { page, open } = owner;
    await open('people?tab=teams');
    await page.getByRole('button', { name: 'New team' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Build Farm');
    expect(await page.getByLabel('Name in the policy').inputValue()).toBe('build-farm');
    await page.getByRole('button', { name: 'Make team' }).click();
    const drawer = page.getByRole('dialog', { name: 'Build Farm' });
    await drawer.getByRole('combobox', { name: 'Add a member' }).fill('mia');
    await page.getByRole('option', { name: /Mia Member/ }).click();
    await drawer.getByRole('button', { name: 'Add' }).click();
    await drawer.getByRole('button', { name: /Take Mia/ }).waitFor();
    expect((await room.plane.owner.get('teams/build-farm')).body.members).toBe(1);
    await open('people?tab=teams&team=platform');
    await page.getByRole('button', { name: 'Delete team' }).click();
    await page.getByText('Rules of the draft that name it').waitFor();
    await owner.expectAccessible();
  });

  it('invites by keyboard alone, shows the link once, and revokes', async () => {
    const { page, open } = owner;
    await open('people?tab=invitations&invite=true');
    await page.getByLabel('E-mail address').focus();
    await page.keyboard.type('ida@acme.example');
    await page.keyboard.press('Enter');
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    expect((await fetch(link)).status).toBe(200);
    await owner.expectAccessible();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: /invitation of ida/ }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke invitation' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const { items } = (await room.plane.owner.get('invitations')).body;
    expect(items.map(({ email }: { email: string }) => email)).toEqual(['new@acme.example']);
  });

  it('ends a session on a machine', async () => {
    const { page, open } = owner;
    await open('people?tab=sessions');
    await page.getByRole('button', { name: /session of Mia Member on laptop-7/ }).click();
    await page.getByRole('button', { name: 'End session' }).click();
    await page.getByText('Nobody is signed in on a machine').waitFor();
    expect((await room.plane.owner.get('machine-sessions')).body.items).toEqual([]);
  });

  it('makes a token that may what was chosen, and revokes it', async () => {
    const { page, open } = owner;
    await open('people?tab=tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill('nightly');
    await page.getByRole('checkbox', { name: 'Read machines' }).check();
    await page.getByRole('button', { name: 'Make token' }).click();
    const token = await page.getByLabel('Token', { exact: true }).inputValue();
    const client = room.plane.clientWith({ authorization: `Bearer ${token}` });
    expect([(await client.get('machines')).status, (await client.get('members')).status]).toEqual([200, 403]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: /token nightly/ }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByLabel('Type nightly to confirm').fill('nightly');
    await page.getByRole('button', { name: 'Revoke token' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await client.get('machines')).status).toBe(401);
  });

  it('offers an auditor nothing that changes', async () => {
    const auditor = await visit(browser, room.plane.url, PEOPLE.auditor);
    const { id } = await memberOf(PEOPLE.member.email);
    for (const path of [`people?member=${id}`, 'people?tab=teams&team=platform', 'people?tab=invitations']) {
      await auditor.open(path);
      await auditor.page
        .getByText(/Mia Member|Ada Admin|new@acme.example/)
        .first()
        .waitFor();
      const change = /^(Invite|Save|Deactivate|Remove|New team|Add|Rename|Delete team|End)/;
      expect(await auditor.page.getByRole('button', { name: change }).count()).toBe(0);
    }
    await auditor.close();
  });

  it('lists the tokens of everybody to an auditor, who makes and revokes none of them', async () => {
    const auditor = await visit(browser, room.plane.url, PEOPLE.auditor);
    await auditor.open('people?tab=tokens');
    const table = auditor.page.getByRole('table', { name: 'API tokens' });
    await table.getByText(OWNER.name).first().waitFor();
    const { items } = (await room.plane.owner.get('tokens')).body;
    expect(await table.locator('tbody tr').count()).toBe(items.length);
    expect(await auditor.page.locator('main').getByRole('button').count()).toBe(0);
    await auditor.expectAccessible();
    await auditor.close();
  });
});
