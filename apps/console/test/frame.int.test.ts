/** The frame of every page: navigation by role, organization, appearance, signing out, and the policy that guards the page. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, visit } from './visit.ts';

const PAGES = {
  owner: [
    'Overview',
    'Registry access',
    'Decisions',
    'Activity',
    'Machines',
    'Check',
    'People',
    'Sign-in enforcement',
    'Organization',
  ],
  member: ['Check'],
};

describe('console', () => {
  let room: Showroom;
  let browser: Browser;
  beforeAll(async () => {
    [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });

  it('leads a stranger to the sign-in page, and back to where they wanted to go', async () => {
    const answer = await fetch(`${room.plane.url}/organizations/acme/machines`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/sign-in?next=${encodeURIComponent('/organizations/acme/machines')}`,
    ]);
  });

  it('allows scripts of this server alone, and styles by a nonce that no two answers share', async () => {
    const owner = await room.plane.signIn(OWNER.email, OWNER.password);
    const [one, two] = await Promise.all([owner.get('/organizations/acme'), owner.get('/')]);
    const policies = [one, two].map(({ headers }) => headers.get('content-security-policy') ?? '');
    for (const policy of policies) {
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/=]{20,}'/);
      expect(policy).not.toContain('unsafe');
    }
    expect(policies[0]).not.toBe(policies[1]);
  });

  it.each(['../../package.json', '..%2f..%2fpackage.json', '.vite/manifest.json', 'index.html', 'assets/'])(
    'serves no file but the built ones: %s',
    async (path) => {
      expect((await room.plane.anonymous.get(`/console/${path}`)).status).toBe(404);
    },
  );

  it.each([
    ['owner', OWNER],
    ['member', PEOPLE.member],
  ] as const)('offers an %s the pages of the role', async (role, person) => {
    const visitor = await visit(browser, room.plane.url, person);
    const links = visitor.page.getByRole('navigation').getByRole('link');
    await links.first().waitFor();
    expect(await links.allTextContents()).toEqual(PAGES[role]);
    await visitor.close();
  });

  it('signs out', async () => {
    const { page, troubles, close } = await visit(browser, room.plane.url, OWNER);
    await page.getByRole('button', { name: /Your account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    expect(troubles).toEqual([]);
    await close();
  });

  it('keeps the appearance that was chosen', async () => {
    const { page, close } = await visit(browser, room.plane.url, OWNER);
    await page.getByRole('button', { name: /Your account/ }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.reload();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await close();
  });
});
