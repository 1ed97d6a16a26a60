/** The page Check: asked by keyboard, answered by the server, sent to somebody as an address. */

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

describe('Check', () => {
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

  it('is asked by keyboard alone', async () => {
    const { page, open } = owner;
    await open('check');
    await page.getByLabel('Image').focus();
    await page.keyboard.type('quay.io/prometheus/node-exporter:v1');
    await page.keyboard.press('Enter');
    await page.getByText('Allowed', { exact: true }).waitFor();
    expect(await page.locator('#page').textContent()).toContain('rule quay-io');
    expect(new URL(page.url()).searchParams.get('reference')).toBe('quay.io/prometheus/node-exporter:v1');
  });

  it('says why not, and what comes nearest', async () => {
    const { page, open } = owner;
    await open('check?reference=quay.io/other/app:1&action=push');
    await page.getByText('Nearest permission').waitFor();
    const { body } = await room.plane.owner.post('check', {
      reference: 'quay.io/other/app:1',
      action: 'push',
    });
    expect(await page.locator('#page').textContent()).toContain(body.message);
    await owner.expectAccessible();
  });

  it('names what is no reference, and goes on', async () => {
    const { page, open } = owner;
    await open('check?reference=quay.io/UPPER:1');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('REFERENCE_INVALID');
    await page.getByLabel('Image').fill('alpine');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Allowed', { exact: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('answers as another person', async () => {
    const { page, open } = owner;
    await open('check?reference=registry.acme.example:5000/app:1&action=push');
    await page.getByRole('combobox', { name: 'As' }).fill('mia');
    await page.getByRole('option', { name: /Mia Member/ }).click();
    await page.getByRole('button', { name: 'Check' }).click();
    await page.waitForURL(/as=/);
    await page.getByText('Denied', { exact: true }).waitFor();
  });

  it('offers a member no other person and no draft', async () => {
    const member = await visit(browser, room.plane.url, PEOPLE.member);
    await member.open('check');
    expect(await member.page.getByRole('combobox').count()).toBe(1);
    expect(await member.page.getByRole('checkbox').count()).toBe(0);
    await member.expectAccessible();
    await member.close();
  });
});
