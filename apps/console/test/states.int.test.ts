/** What each page shows while it loads, where there is nothing, when the server fails or cannot be reached, and to whom it is not for. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../../control-plane/test/harness.ts';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
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
  ['people?tab=invitations', 'invitations', 'new@acme.example'],
  ['people?tab=sessions', 'machine-sessions', 'laptop-7'],
  ['people?tab=tokens', 'tokens', 'nightly'],
  ['machines?view=tokens', 'enrollment-tokens', 'Olga Owner'],
  ['settings?tab=domains', 'domains', 'No domain claimed'],
  ['settings?tab=single-sign-on', 'sso', 'Redirect URI'],
  ['settings?tab=scim', 'scim', 'No directory connected'],
  ['sign-in', 'machines', 'ci-runner-3'],
];

/** On Registry access several parts ask for the same, each with a button of its own. */
const FAILING = PAGES.filter(([path]) => path !== 'registry-access');
/** Each page without anything on it: what it says then. */
const EMPTY: readonly (readonly [path: string, words: string])[] = [
  ['overview', 'No machine is enrolled yet'],
  ['registry-access', 'Nothing is denied beyond what is not on the list.'],
  ['registry-access?search=nothing', 'Nothing matches'],
  ['decisions', 'Nothing was decided yet'],
  ['activity?search=nothing', 'Nothing matches'],
  ['machines', 'No machine yet'],
  ['people?search=nothing', 'Nothing matches'],
  ['people?tab=teams', 'No team yet'],
  ['people?tab=invitations', 'No open invitation'],
  ['people?tab=sessions', 'Nobody is signed in on a machine'],
  ['settings?tab=domains', 'No domain claimed'],
  ['sign-in', 'No machine here'],
];
/** Everything but Check, which is for everyone. */
const FOR_ROLES = [
  'overview',
  'registry-access',
  'registry-access?tab=yaml',
  'registry-access?tab=revisions',
  'registry-access?review=true',
  'decisions',
  'activity',
  'machines',
  'people',
  'people?tab=teams',
  'people?tab=tokens',
  'sign-in',
  'first-run',
];
const TITLE = 'the disk of the server is full';
const FAILURE = {
  status: 503,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', title: TITLE, status: 503, code: 'STORAGE_FULL' }),
};

describe('states of pages', { timeout: 120_000 }, () => {
  let room: Showroom;
  let browser: Browser;
  let empty: Harness;
  let owner: Visit;
  let member: Visit;
  let newcomer: Visit;
  let page: Page;
  beforeAll(async () => {
    [room, empty, browser] = await Promise.all([openShowroom(), startHarness(), openBrowser()]);
    expect((await room.plane.owner.post('tokens', { name: 'nightly' })).status).toBe(201);
    owner = await visit(browser, room.plane.url, OWNER);
    page = owner.page;
    member = await visit(browser, room.plane.url, PEOPLE.member);
    newcomer = await visit(browser, empty.url, OWNER);
    page.setDefaultTimeout(60_000);
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
    await empty?.close();
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

  it('registry-access says that the server failed in each part that did, and asks again when told to', async () => {
    const address = /\/api\/v1\/organizations\/acme\/registries(\?|$)/;
    await page.route(address, (route) => route.fulfill(FAILURE));
    await owner.open('registry-access');
    await problem().first().waitFor();
    await owner.expectAccessible();
    // Mode, denials and the draft come by other questions, and stand.
    await page.getByRole('heading', { name: 'Denials' }).waitFor();
    await page.unroute(address);
    await problem().first().getByRole('button', { name: 'Try again' }).click();
    await content('quay.io').waitFor();
    await problem().waitFor({ state: 'detached' });
  });

  it.each(PAGES)('%s says that it loads, and does not jump when it has', async (path, asked, shown) => {
    const address = new RegExp(`/api/v1/organizations/acme/${asked}(\\?|$)`);
    const held = Promise.withResolvers<void>();
    await page.route(address, async (route) => {
      await held.promise;
      await route.continue();
    });
    await owner.open(path);
    const title = page.getByRole('heading', { level: 1 });
    const waiting = page.locator('main').locator('[aria-busy="true"], .mantine-Skeleton-root');
    // A tab that is not shown may wait as well, unseen.
    await waiting.filter({ visible: true }).first().waitFor();
    const before = await title.boundingBox();
    held.resolve();
    await content(shown).waitFor();
    expect(await title.boundingBox()).toEqual(before);
    await page.unroute(address);
  });

  it.each(PAGES)('%s keeps what it shows without a network, and says so', async (path, _asked, shown) => {
    await owner.open(path);
    await content(shown).waitFor();
    await page.context().setOffline(true);
    await away().waitFor();
    await content(shown).waitFor();
    await page.context().setOffline(false);
    await away().waitFor({ state: 'detached' });
  });

  it.each(FOR_ROLES)('%s says to a member that it is not for the role', async (path) => {
    await member.open(path);
    await member.page.getByText('Your role does not include this page').first().waitFor();
    await member.expectAccessible();
  });

  it.each(EMPTY)('%s says what is missing where there is nothing, and is accessible', async (path, words) => {
    await newcomer.open(path);
    await newcomer.page.locator('main').getByText(words).first().waitFor();
    await newcomer.expectAccessible();
  });

  it('says that a part which comes later could not be had, and gets it when told to', async () => {
    const part = /\/assets\/enrol-dialog-.*\.js$/;
    await page.route(part, (route) => route.abort());
    await owner.open('machines');
    await page.getByRole('button', { name: 'Enrol a machine' }).first().click();
    await problem().waitFor();
    expect(await problem().textContent()).toContain('OFFLINE');
    await page.unroute(part);
    await problem().getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog', { name: 'Enrol machines' }).waitFor();
  });

  it('had no script that failed', () => {
    expect([...owner.troubles, ...member.troubles, ...newcomer.troubles]).toEqual([]);
  });
});
