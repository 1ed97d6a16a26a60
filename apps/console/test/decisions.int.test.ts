/** The page Decisions: found by the address, opened and explained, led into the draft, watched live; safe to look at. */

import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrollMachine, record } from '../../control-plane/test/machine.ts';
import { HOSTILE_TEXTS, PROOF } from './hostile-texts.ts';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Decisions' }).locator('tbody tr');
const imagesOf = (page: Page) => rowsOf(page).getByRole('link');

describe('Decisions', () => {
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

  it.each([
    ['effect=refuse', 'effect=refuse'],
    ['verdict=deny&effect=forward', 'verdict=deny&effect=forward'],
    ['registry=public.ecr.aws&verdict=deny&hours=720', 'registry=public.ecr.aws&verdict=deny'],
    ['q=alpine', 'q=alpine'],
  ])('shows what the address asks for: %s', async (address, query) => {
    const { page, open } = owner;
    await open(`decisions?${address}`);
    await imagesOf(page).first().waitFor();
    const { body } = await room.plane.owner.get(`decisions?attempts=true&${query}`);
    const wanted = body.items.map(
      (item: { registry: string; repository: string; tag: string }) =>
        `${item.registry}/${item.repository}:${item.tag}`,
    );
    expect(await imagesOf(page).allTextContents()).toEqual(wanted);
  });

  it('says that nothing matches', async () => {
    await owner.open('decisions?q=no-such-image');
    await owner.page.getByText('Nothing matches').waitFor();
    await owner.expectAccessible();
  });

  it('opens one by keyboard, explained, and gives the focus back', async () => {
    const { page, open } = owner;
    await open('decisions?effect=refuse');
    await imagesOf(page).first().focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Decision' });
    await drawer.getByText('Rule by rule').waitFor();
    const id = new URL(page.url()).searchParams.get('id');
    const { body } = await room.plane.owner.get(`decisions/${id}`);
    const text = await drawer.textContent();
    for (const part of [
      body.message,
      body.machine.name,
      ...body.explanation.steps.map((step: { text: string }) => step.text),
    ])
      expect(text).toContain(part);
    await owner.expectAccessible();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await page.waitForFunction(() => document.activeElement?.closest('tr') instanceof HTMLElement);
  });

  it('allows what was denied, and nothing beyond it, through the draft', async () => {
    const { page, open } = owner;
    await open('decisions?effect=refuse&registry=registry.gitlab.com');
    await imagesOf(page).first().click();
    await page.getByRole('button', { name: 'Allow this' }).click();
    await page.getByText('Adds an entry for registry.gitlab.com').waitFor();
    await owner.expectAccessible();
    await page.getByRole('button', { name: 'Put into the draft' }).click();
    await page.waitForURL(/registry-access/);
    const { body } = await room.plane.owner.get('registries?registry=registry.gitlab.com');
    expect(body.items).toMatchObject([{ allow: ['pull'], repositories: ['team/app'], state: 'added' }]);
  });

  it('denies what was allowed, through the draft', async () => {
    const { page, open } = owner;
    await open('decisions?verdict=allow');
    await imagesOf(page).first().click();
    await page.getByRole('button', { name: 'Deny this' }).click();
    await page.getByLabel('Every action').check();
    await page.getByRole('button', { name: 'Put into the draft' }).click();
    await page.waitForURL(/registry-access/);
    const { body } = await room.plane.owner.get('policy/draft');
    expect(body.document.deny).toMatchObject([
      { id: 'no-docker-io-library-alpine', registry: 'docker.io', repositories: ['library/alpine'] },
    ]);
  });

  it('lets an auditor read, and change nothing', async () => {
    const auditor = await visit(browser, room.plane.url, PEOPLE.auditor);
    await auditor.open('decisions?effect=refuse');
    await imagesOf(auditor.page).first().click();
    await auditor.page.getByText('Rule by rule').waitFor();
    expect(await auditor.page.getByRole('button', { name: /this$/ }).count()).toBe(0);
    await auditor.close();
  });

  it('shows what arrives, and holds still while somebody reads', async () => {
    const { page, open } = owner;
    const machine = await enrollMachine(room.plane, { name: 'live-1' });
    await open('decisions?live=true&registry=live.example');
    await page.getByText('New decisions appear on top.').waitFor();
    await machine.send('live', [record(1, { registry: 'live.example', repository: 'one' })]);
    await page.getByRole('link', { name: 'live.example/one' }).focus();
    await machine.send('live', [record(2, { registry: 'live.example', repository: 'two' })]);
    await page.getByText('1 new decision waiting.').waitFor();
    expect(await imagesOf(page).allTextContents()).toEqual(['live.example/one']);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: 'live.example/two' }).waitFor();
    expect(await imagesOf(page).allTextContents()).toEqual(['live.example/two', 'live.example/one']);
  });

  it('exports with the filters in force', async () => {
    const { page, open } = owner;
    await open('decisions?registry=public.ecr.aws');
    await imagesOf(page).first().waitFor();
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As CSV' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    const others = lines.slice(1).filter((line) => !line.includes('public.ecr.aws'));
    expect([lines.length > 1, others]).toEqual([true, []]);
  });

  it('runs and hides nothing that a machine writes', async () => {
    const { page, open } = owner;
    const machine = await enrollMachine(room.plane, { name: HOSTILE_TEXTS[1] ?? '' });
    const records = HOSTILE_TEXTS.map((text, at) =>
      record(at + 1, {
        registry: 'evil.example',
        repository: `${at}${text}`.slice(0, 250),
        engine: text,
        message: text,
        reason: 'NOT_LISTED',
        verdict: 'deny',
      }),
    );
    expect((await machine.send('evil', records)).status).toBe(200);
    await open('decisions?registry=evil.example');
    await imagesOf(page)
      .nth(HOSTILE_TEXTS.length - 1)
      .waitFor();
    expect(await imagesOf(page).count()).toBe(HOSTILE_TEXTS.length);
    const id = (await room.plane.owner.get('decisions?registry=evil.example&limit=1')).body.items[0].id;
    await open(`decisions?registry=evil.example&id=${id}`);
    await page.getByRole('dialog').getByText('Decided by').waitFor();
    expect(await page.evaluate((proof) => proof in globalThis, PROOF)).toBe(false);
    expect(await page.locator('#page script, #page iframe, #page img, [role=dialog] img').count()).toBe(0);
    await owner.expectAccessible();
  });
});
