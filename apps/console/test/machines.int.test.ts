/** The page Machines: filters that the server answers, one machine in plain words, its holder, revoking it, and how machines join. */

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrollMachine } from '../../control-plane/test/machine.ts';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

describe('Machines', () => {
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

  const rows = ({ page }: Visit) => page.getByRole('table', { name: 'Machines' }).locator('tbody tr');
  const names = async (visitor: Visit) => await rows(visitor).locator('td:first-child a').allTextContents();
  const get = async (path: string) => (await room.plane.owner.get(path)).body;
  const idOf = async (name: string): Promise<string> => (await get(`machines?search=${name}`)).items[0].id;

  it.each([
    ['behind=true', ['ci-runner-3', 'laptop-12']],
    ['rejected=true', ['ci-runner-3']],
    ['unwired=true', ['build-02']],
    ['search=BUILD', ['build-01', 'build-02']],
    ['sort=revision&search=laptop', ['laptop-12', 'laptop-7']],
  ])('shows what a link with %s names', async (query, expected) => {
    await owner.open(`machines?${query}`);
    await rows(owner).locator('a').first().waitFor();
    expect(await names(owner)).toEqual(expected);
    const { items } = await get(`machines?${query}`);
    expect(items.map(({ name }: { name: string }) => name)).toEqual(expected);
  });

  it('shows by a click what refused the policy in force, from the overview as well', async () => {
    const { page, open } = owner;
    await open('machines');
    await page.getByText('Refused the policy 1').click();
    await page.getByRole('link', { name: 'laptop-7' }).waitFor({ state: 'detached' });
    expect(await names(owner)).toEqual(['ci-runner-3']);
    await owner.expectAccessible();
    await open('overview');
    await page.getByRole('link', { name: /could not take/ }).click();
    await page.waitForURL(/machines\?rejected=true/);
  });

  it('counts machines by state as the server does, and says when nothing matches', async () => {
    const { page, open } = owner;
    await room.beat();
    await open('machines?state=offline');
    await page.getByText('Nothing matches').waitFor();
    const { total, revoked, online } = await get('machines/summary');
    const shown = { state: 'attached' } as const;
    await page.getByRole('radio', { name: `All ${total + revoked}` }).waitFor(shown);
    await page.getByRole('radio', { name: `Online ${online}` }).waitFor(shown);
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('link', { name: 'laptop-7' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('opens a machine by keyboard, tells what it reports, and gives the focus back', async () => {
    const { page, open } = owner;
    await open('machines');
    const link = page.getByRole('link', { name: 'build-02' });
    await link.waitFor();
    await link.focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'build-02' });
    await drawer.getByText('numbers 20 to 31').waitFor();
    const said = await drawer.textContent();
    for (const fact of ['12 decisions still on the machine', '3 decisions lost', 'podman 5.4', 'Goes past']) {
      expect(said).toContain(fact);
    }
    expect(await drawer.getByRole('link', { name: 'Its decisions' }).getAttribute('href')).toContain(
      `machine=${await idOf('build-02')}`,
    );
    await owner.expectAccessible();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await expect.poll(() => link.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('names the policy that a machine refused, and the next step', async () => {
    await owner.open(`machines?id=${await idOf('ci-runner-3')}`);
    const drawer = owner.page.getByRole('dialog', { name: 'ci-runner-3' });
    await drawer.getByText('SIGNATURE_INVALID').waitFor();
    expect(await drawer.textContent()).toContain('Find out by what or whom');
  });

  it('sets and clears the holder', async () => {
    const { page, open } = owner;
    const id = await idOf('build-01');
    await open(`machines?id=${id}`);
    await page.getByRole('button', { name: 'Set a holder' }).click();
    await page.getByRole('combobox', { name: 'Member' }).fill('mia');
    await page.getByRole('option', { name: /Mia Member/ }).click();
    await page.getByRole('button', { name: 'Make them the holder' }).click();
    await page.getByRole('button', { name: 'Clear', exact: true }).waitFor();
    expect((await get(`machines/${id}`)).holder.name).toBe('Mia Member');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear the holder' }).click();
    await page.getByRole('button', { name: 'Set a holder' }).waitFor();
    expect((await get(`machines/${id}`)).holder).toBeUndefined();
  });

  it('revokes a machine once its name is typed', async () => {
    const { page, open } = owner;
    const { id } = await enrollMachine(room.plane, { name: 'lost-laptop' });
    await open(`machines?id=${id}`);
    await page.getByRole('button', { name: 'Revoke this machine' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke lost-laptop?' });
    const button = dialog.getByRole('button', { name: 'Revoke this machine' });
    expect(await button.isDisabled()).toBe(true);
    await owner.expectAccessible();
    await dialog.getByRole('textbox').fill('lost-laptop');
    await dialog.getByRole('textbox').press('Enter');
    await page.getByText('This machine is revoked').waitFor();
    expect((await get(`machines/${id}`)).state).toBe('revoked');
    expect(await page.getByRole('button', { name: 'Revoke this machine' }).count()).toBe(0);
  });

  it('makes a token by keyboard, with which a machine enrols by the command that is shown', async () => {
    const { page, open } = owner;
    await open('machines');
    await page.getByRole('button', { name: 'Enrol a machine' }).press('Enter');
    await page.getByRole('textbox', { name: 'Machines' }).waitFor();
    await owner.expectAccessible();
    await page.getByRole('textbox', { name: 'Machines' }).fill('2');
    await page.keyboard.press('Enter');
    const made = page.getByRole('dialog', { name: 'The token is made' });
    const command = await made.getByText(/^sudo pullgate machine enroll/).textContent();
    const [, server, token] = /--server (\S+) --token (pge_\S+)$/.exec(command ?? '') ?? [];
    expect(server).toBe(room.plane.url);
    const { enrolled } = await enrollMachine(room.plane, { name: 'new-laptop', token: token ?? '' });
    await made.getByText(enrolled.fingerprint).first().waitFor();
    await made.getByRole('button', { name: /cloud-init/ }).click();
    await made.getByText(/^#cloud-config/).waitFor();
    await made.getByRole('button', { name: /enrolment\.json/ }).click();
    const file = JSON.parse((await made.getByText(/^\{\s+"server"/).textContent()) ?? '');
    expect(file).toEqual({ server, token, fingerprint: enrolled.fingerprint });
    await owner.expectAccessible();
    await made.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'new-laptop' }).waitFor();
    expect(await page.locator('body').textContent()).not.toContain(token);
  });

  it('lists open tokens and revokes one', async () => {
    const { page, open } = owner;
    const { body } = await room.plane.owner.post('enrollment-tokens', { uses: 7, ephemeral: true });
    await open('machines?view=tokens');
    const row = page.getByRole('row', { name: /0 of 7/ });
    await row.waitFor();
    await owner.expectAccessible();
    await row.getByRole('button').click();
    await page.getByRole('dialog').getByText('7 machines could still join').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the token' }).click();
    await row.waitFor({ state: 'detached' });
    const { items } = await get('enrollment-tokens');
    expect(items.map(({ id }: { id: string }) => id)).not.toContain(body.id);
  });

  it('offers an auditor everything to read and nothing to change', async () => {
    const auditor = await visit(browser, room.plane.url, PEOPLE.auditor);
    await auditor.open(`machines?view=tokens&enrol=true&id=${await idOf('laptop-7')}`);
    await auditor.page.getByRole('dialog', { name: 'laptop-7' }).getByText('Signed in here').waitFor();
    await auditor.expectAccessible();
    for (const name of [/Enrol/, /Revoke/, /holder/, /Sign out/]) {
      expect(await auditor.page.getByRole('button', { name }).count(), String(name)).toBe(0);
    }
    expect(auditor.troubles).toEqual([]);
    await auditor.close();
  });

  it('is no page of a member', async () => {
    const member = await visit(browser, room.plane.url, PEOPLE.member);
    await member.open('machines');
    await member.page.getByText('Your role does not include this page').waitFor();
    await member.expectAccessible();
    await member.close();
  });

  it('says of a machine that there is none', async () => {
    await owner.open('machines?id=nothing-of-ours');
    await owner.page.getByRole('dialog').getByText('There is nothing here').waitFor();
    await owner.expectAccessible();
  });
});
