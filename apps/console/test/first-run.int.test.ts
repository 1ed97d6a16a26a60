/** First run: a new organization, a real agent enrolled by the command on the page, and its first decision, seen live. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, OWNER, startHarness } from '../../control-plane/test/harness.ts';
import { type Agent, startAgent } from './agent.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

describe('First run', () => {
  let plane: Harness;
  let browser: Browser;
  let owner: Visit;
  let agent: Agent | undefined;
  beforeAll(async () => {
    [plane, browser] = await Promise.all([startHarness(), openBrowser()]);
    owner = await visit(browser, plane.url, OWNER);
  });
  afterAll(async () => {
    await agent?.close();
    await browser?.close();
    await plane?.close();
  });

  const step = (name: RegExp) => owner.page.getByRole('region', { name });

  it('is where an owner lands while nothing was ever decided', async () => {
    const { page } = owner;
    await page.waitForURL(/\/organizations\/acme\/first-run$/);
    await page.getByRole('heading', { name: 'The first five minutes' }).waitFor();
    await step(/Connect a machine\W+Now/).waitFor();
    await step(/Watch the first decision\W+Later/).waitFor();
    await owner.expectAccessible();
  });

  it('renames the organization by keyboard', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: 'Rename' }).press('Enter');
    await page.getByLabel('Name', { exact: true }).fill('Acme Works');
    await page.keyboard.press('Enter');
    await step(/Your organization/)
      .getByText('Acme Works')
      .waitFor();
    expect((await plane.owner.get('/api/v1/organizations/acme')).body.name).toBe('Acme Works');
  });

  it('chooses enforce, and holds it', async () => {
    const { page } = owner;
    await page.getByRole('radio', { name: 'Enforce' }).click();
    await page.getByText(/^Enforcing, r2$/).waitFor();
    expect((await plane.owner.get('policy')).body).toMatchObject({ mode: 'enforce', revision: 2 });
    expect(await page.getByRole('radio', { name: 'Enforce' }).isChecked()).toBe(true);
  });

  it('connects a machine by the command, and sees it come without a click', { timeout: 60_000 }, async () => {
    const { page } = owner;
    await page.getByRole('button', { name: 'Make the command' }).click();
    const command = await page.getByText(/^sudo pullgate machine enroll/).textContent();
    const [, server = '', token = ''] = /--server (\S+) --token (pge_\S+)$/.exec(command ?? '') ?? [];
    expect(server).toBe(plane.url);
    agent = await startAgent(server, token, 'first-laptop');
    await step(/Connect a machine\W+Done/)
      .getByText('first-laptop')
      .waitFor();
    await step(/Watch the first decision\W+Now/).waitFor();
  });

  it('shows the first decision as it is made, and what comes next', { timeout: 60_000 }, async () => {
    const { page } = owner;
    expect(await agent?.connect('ghcr.io')).toMatch(/^HTTP\/1\.1 403 .*does not allow ghcr\.io/);
    const seen = step(/Watch the first decision\W+Done/);
    await seen.getByText('Denied', { exact: true }).waitFor();
    expect(await seen.textContent()).toContain('ghcr.io on first-laptop');
    const { items } = (await plane.owner.get('decisions')).body;
    expect(items).toMatchObject([
      { registry: 'ghcr.io', effect: 'refuse', machine: { name: 'first-laptop' } },
    ]);
    const links = page.getByRole('region', { name: 'What now' }).getByRole('link');
    expect(await links.count()).toBe(5);
    await owner.expectAccessible();
  });

  it('is over for who comes back, and shows the same when opened again', async () => {
    const { page } = owner;
    await page.goto(plane.url);
    await page.waitForURL(/\/organizations\/acme\/overview$/);
    await owner.open('first-run');
    await step(/Watch the first decision\W+Done/).waitFor();
    expect(owner.troubles).toEqual([]);
  });

  it('shows an auditor all of it and offers nothing, and is no page of a member', async () => {
    for (const [role, text] of [
      ['auditor', 'Machines are enrolled by an owner or an admin.'],
      ['member', 'Your role does not include this page'],
    ] as const) {
      const email = `${role}@acme.example`;
      await plane.addMember({ email, role });
      const visitor = await visit(browser, plane.url, { email });
      await visitor.open('first-run');
      await visitor.page.getByText(text).waitFor();
      for (const name of [/Rename/, /command/, /another/]) {
        expect(await visitor.page.locator('#page').getByRole('button', { name }).count()).toBe(0);
      }
      expect(await visitor.page.getByRole('radio').and(visitor.page.locator(':enabled')).count()).toBe(0);
      await visitor.expectAccessible();
      await visitor.close();
    }
  });
});
