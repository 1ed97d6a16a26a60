/** The page Activity: found by the address, opened, verified, exported; safe to look at. */

import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_TEXTS, PROOF, REFUSED_IN_NAMES } from './hostile-texts.ts';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

const entriesOf = (page: Page) => page.getByRole('table', { name: 'Activity' }).getByRole('link');

describe('Activity', () => {
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

  it.each(['event=policy', 'search=quay', 'since=2020-01-01'])(
    'shows what the address asks for: %s',
    async (address) => {
      const { page, open } = owner;
      await open(`activity?${address}`);
      await entriesOf(page).first().waitFor();
      const query = address.replace(/since=.*/, 'since=0');
      const { body } = await room.plane.owner.get(`activity?${query}`);
      expect(await entriesOf(page).allTextContents()).toEqual(
        body.items.map(({ text }: { text: string }) => text),
      );
      await owner.expectAccessible();
    },
  );

  it('opens an entry by keyboard, with what was before and after', async () => {
    const { page, open } = owner;
    await room.plane.owner.patch('registries/ghcr-io', { allow: ['pull', 'push'] });
    await open('activity?event=registry.edited');
    await entriesOf(page).first().focus();
    await page.keyboard.press('Enter');
    const row = page.getByRole('dialog').getByRole('row', { name: /^allow/ });
    await row.waitFor();
    expect(await row.getByRole('cell').allTextContents()).toEqual(['pull', 'pull, push']);
    await owner.expectAccessible();
  });

  it('verifies the record', async () => {
    const { page, open } = owner;
    await open('activity');
    await page.getByRole('button', { name: 'Verify the record' }).click();
    await page.getByText('The record is unbroken').waitFor();
    const { body } = await room.plane.owner.get('activity/verification');
    expect(await page.locator('#page').textContent()).toContain(body.head);
  });

  it('exports with the filters in force', async () => {
    const { page, open } = owner;
    await open('activity?event=machine');
    await entriesOf(page).first().waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As CSV' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    expect([text.includes('machine.enrolled'), text.includes('policy.published')]).toEqual([true, false]);
  });

  it('exports as JSON what the API lists', async () => {
    const { page, open } = owner;
    await open('activity?event=machine');
    await entriesOf(page).first().waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As JSON' }).click(),
    ]);
    const entries = JSON.parse(await readFile(await download.path(), 'utf8')) as { id: string }[];
    const { items } = (await room.plane.owner.get('activity?event=machine&limit=100')).body;
    const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id).sort();
    expect(idsOf(entries)).toEqual(idsOf(items));
  });

  it('lets an auditor read', async () => {
    const auditor = await visit(browser, room.plane.url, PEOPLE.auditor);
    await auditor.open('activity');
    await entriesOf(auditor.page).first().waitFor();
    await auditor.close();
  });

  it('runs nothing that a member writes', async () => {
    const { page, open } = owner;
    const names = HOSTILE_TEXTS.filter((text) => text !== REFUSED_IN_NAMES);
    for (const [at, name] of names.entries()) {
      const added = await room.plane.owner.post(
        'registries',
        { registry: `evil${at}.example`, name, because: name },
        { 'user-agent': name.replace(/[^\x20-\x7e]/g, '?') },
      );
      expect(added.status).toBe(201);
    }
    await open('activity?event=registry.added&search=evil');
    await entriesOf(page)
      .nth(names.length - 1)
      .waitFor();
    const drawer = page.getByRole('dialog');
    for (const [at, text] of names.toReversed().entries()) {
      await entriesOf(page).nth(at).click();
      await drawer.getByRole('row', { name: /^because/ }).waitFor();
      expect(await drawer.textContent()).toContain(text.trim());
      expect(await page.evaluate((proof) => proof in globalThis, PROOF)).toBe(false);
      expect(await drawer.locator('img, script, iframe, b').count()).toBe(0);
      await page.keyboard.press('Escape');
      await drawer.waitFor({ state: 'hidden' });
    }
  });
});
