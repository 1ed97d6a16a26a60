/** What each page shows while the server fails, or cannot be reached; and that it goes on by itself or when asked. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, openShowroom, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

/** A page, what it asks the server for, and what stands there once it has the answer. */
const PAGES: readonly (readonly [path: string, asked: string, shown: string | RegExp])[] = [
  ['overview', 'overview', 'Most denied registries'],
  ['registry-access', 'registries', 'quay.io'],
  ['registry-access?tab=revisions', 'policy/revisions', 'what we use today'],
  ['decisions', 'decisions', /docker\.io|quay\.io|mcr\.microsoft\.com/],
  ['activity', 'activity', /published/],
  ['machines', 'machines', 'ci-runner-3'],
  ['people', 'members', 'Ada Admin'],
  ['people?tab=teams', 'teams', 'Payments'],
  ['people?tab=tokens', 'tokens', 'nightly'],
];

/** On Registry access several parts ask for the same, each with a button of its own. */
const FAILING = PAGES.filter(([path]) => path !== 'registry-access');
const TITLE = 'the disk of the server is full';
const FAILURE = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', title: TITLE, status: 503, code: 'STORAGE_FULL' }),
};

describe('states of pages', { timeout: 120_000 }, () => {
  let room: Showroom;
  let browser: Browser;
  let owner: Visit;
  let page: Page;
  beforeAll(async () => {
    [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
    expect((await room.plane.owner.post('tokens', { name: 'nightly' })).status).toBe(201);
    owner = await visit(browser, room.plane.url, OWNER);
    page = owner.page;
    page.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });
  const problem = () => page.locator('main').getByRole('alert').filter({ hasText: 'This did not work' });
  const content = (shown: string | RegExp) => page.locator('main').getByText(shown).first();
  const away = () => page.getByText('The control plane cannot be reached');

  it.each(FAILING)(
    '%s says that the server failed, and asks again when told to',
    async (path, asked, shown) => {
      const address = new RegExp(`/api/v1/organizations/acme/${asked}(\\?|$)`);
      await page.route(address, (route) => route.fulfill(FAILURE));
      await owner.open(path);
      await problem().first().waitFor();
      expect(await problem().first().textContent()).toContain(TITLE);
      await page.unroute(address);
      await problem().first().getByRole('button', { name: 'Try again' }).click();
      await content(shown).waitFor();
      await problem().waitFor({ state: 'detached' });
    },
  );

  it.each(PAGES)('%s keeps what it shows without a network, and says so', async (path, _asked, shown) => {
    await owner.open(path);
    await content(shown).waitFor();
    await page.context().setOffline(true);
    await away().waitFor();
    await content(shown).waitFor();
    await page.context().setOffline(false);
    await away().waitFor({ state: 'detached' });
  });

  it('says that a part which comes later could not be had, and gets it when told to', async () => {
    const part = /\/assets\/enrol-dialog-.*\.js$/;
    await page.route(part, (route) => route.abort());
    await owner.open('machines');
    await page.getByRole('button', { name: 'Enrol machines' }).first().click();
    await problem().waitFor();
    expect(await problem().textContent()).toContain('OFFLINE');
    await page.unroute(part);
    await problem().getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog', { name: 'Enrol machines' }).waitFor();
  });

  it('had no script that failed', () => {
    expect(owner.troubles).toEqual([]);
  });
});
