/** Overview: the numbers of the API, the windows of time, the ways to what is amiss, and an organization without machines. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, visit } from './visit.ts';

const number = new Intl.NumberFormat('en');

describe('Overview', () => {
  let room: Showroom;
  let browser: Browser;
  beforeAll(async () => {
    [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });

  it.each([24, 168, 720])('says for %s hours what the API says', async (hours) => {
    const { page, open, troubles, close } = await visit(browser, room.plane.url, OWNER);
    await open(`overview?hours=${hours}`);
    await page
      .locator('#page')
      .getByRole('link', { name: /^Machines online/ })
      .waitFor();
    const figures = async () => {
      const { machines, people, attempts } = (await room.plane.owner.get(`overview?hours=${hours}`)).body;
      const { allowed, denied, observed } = attempts;
      return [
        ['Machines online', machines.online],
        ['People', people.active],
        ['Attempts', allowed + denied + observed],
        ['Denied', denied],
        ['Would be denied', observed],
      ] as const;
    };
    // Machines go offline meanwhile: the page catches up when it asks again.
    await expect
      .poll(
        async () => {
          const shown = await page.locator('#page').textContent();
          return (await figures()).filter(
            ([name, value]) => !shown?.includes(`${name}${number.format(value)}`),
          );
        },
        { timeout: 20_000 },
      )
      .toEqual([]);
    expect((await figures()).map(([, value]) => value).filter((value) => value > 0).length).toBeGreaterThan(
      3,
    );
    expect(troubles).toEqual([]);
    await close();
  });

  it('changes the time by keyboard, and keeps it in the address', async () => {
    const { page, open, close } = await visit(browser, room.plane.url, OWNER);
    await open('overview');
    await page.getByRole('radio', { name: '24 hours' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/hours=168/);
    await close();
  });

  it('leads to the machines that are amiss', async () => {
    const { page, open, close } = await visit(browser, room.plane.url, OWNER);
    await open('overview');
    await page.getByRole('link', { name: /an engine that goes past/ }).click();
    await page.waitForURL(/machines\?unwired=true/);
    await page.getByRole('link', { name: 'build-02' }).waitFor();
    await open('overview');
    await page.getByRole('link', { name: /on an older revision/ }).click();
    await page.waitForURL(/machines\?behind=true/);
    await page.getByRole('link', { name: 'laptop-12' }).waitFor();
    await close();
  });

  it.each([
    ['owner', OWNER],
    ['auditor', PEOPLE.auditor],
  ] as const)('is readable for an %s in both themes', async (_role, person) => {
    const visitor = await visit(browser, room.plane.url, person);
    await visitor.open('overview');
    await visitor.page.getByRole('heading', { name: 'Most denied registries' }).waitFor();
    await visitor.expectAccessible();
    expect(visitor.troubles).toEqual([]);
    await visitor.close();
  });

  it('is no page of a member', async () => {
    const member = await visit(browser, room.plane.url, PEOPLE.member);
    await member.open('overview');
    await member.page.getByText('Your role does not include this page').waitFor();
    await member.close();
  });

  it('of an organization without machines leads to the first run', async () => {
    const olaf = await room.plane.addMember({ email: 'olaf@acme.example', role: 'owner' });
    await olaf.post('/api/v1/organizations', { slug: 'globex', name: 'Globex' });
    const { page, open, close, expectAccessible } = await visit(
      browser,
      room.plane.url,
      { email: olaf.email },
      { organization: 'globex' },
    );
    await open('overview');
    await page.getByText('No machine is enrolled yet').waitFor();
    await expectAccessible();
    await page.getByRole('link', { name: 'Enrol the first machine' }).click();
    await page.waitForURL(/globex\/first-run/);
    await close();
  });
});
