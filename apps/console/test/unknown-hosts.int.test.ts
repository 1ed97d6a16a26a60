/** Hosts that registries began to use: the warning on the overview, and the decision beside the registries, in a browser. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, OWNER, startHarness } from '../../control-plane/test/harness.ts';
import { enrollMachine } from '../../control-plane/test/machine.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { openBrowser, visit } from './visit.ts';

const at = Date.now() - 3_600_000;
const seen = (host: string) => ({
  registry: 'docker.io',
  host,
  kind: 'blob',
  firstSeenAt: at,
  lastSeenAt: at,
  attempts: 1,
});

describe('Unknown hosts', () => {
  let plane: Harness;
  let browser: Browser;
  beforeAll(async () => {
    [plane, browser] = await Promise.all([startHarness(), openBrowser()]);
    const machine = await enrollMachine(plane);
    const hosts = [
      'cdn.example',
      'ads.example',
      'both.example',
      ...HOSTILE_TEXTS.map((text) => text.slice(0, 270)),
    ].map(seen);
    expect((await machine.call('POST', '/agent/v1/registry-hosts', { hosts })).status).toBe(204);
  });
  afterAll(async () => {
    await browser?.close();
    await plane?.close();
  });

  it('are warned of on the overview, and accepted there into the draft', async () => {
    const { page, open, troubles, expectAccessible, close } = await visit(browser, plane.url, OWNER);
    await open('overview');
    await page.getByText('docker.io began to use an unknown host: cdn.example').waitFor();
    await expectAccessible();
    // What is no host never came to be one.
    expect(await page.getByText(/began to use an unknown host/).count()).toBeLessThan(4);
    await page.getByRole('button', { name: 'Accept cdn.example for docker.io' }).click();
    await page
      .getByText('docker.io began to use an unknown host: cdn.example')
      .waitFor({ state: 'detached' });
    const { document } = (await plane.owner.get('policy/draft')).body;
    expect(document.profiles).toEqual([{ registry: 'docker.io', blobHosts: ['cdn.example'] }]);
    expect(troubles).toEqual([]);
    await close();
  });

  it('are accepted as what the owner knows them to be, by keyboard', async () => {
    const { page, open, troubles, expectAccessible, close } = await visit(browser, plane.url, OWNER);
    await open('registry-access');
    const choice = page.getByRole('combobox', { name: 'What both.example is to docker.io' });
    await choice.waitFor();
    expect(await choice.inputValue()).toBe('blobHosts');
    await expectAccessible();
    await choice.focus();
    await page.keyboard.type('Shared');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page
      .getByText('docker.io began to use an unknown host: both.example')
      .waitFor({ state: 'detached' });
    const { document } = (await plane.owner.get('policy/draft')).body;
    expect(document.profiles).toEqual([
      { registry: 'docker.io', blobHosts: ['cdn.example'], broadBlobHosts: ['both.example'] },
    ]);
    expect(troubles).toEqual([]);
    await close();
  });

  it('are shown to an auditor, who cannot decide', async () => {
    await plane.addMember({ email: 'aki@acme.example', role: 'auditor' });
    const auditor = await visit(browser, plane.url, { email: 'aki@acme.example' });
    await auditor.open('registry-access');
    await auditor.page.getByText('docker.io began to use an unknown host: ads.example').waitFor();
    expect(await auditor.page.getByRole('button', { name: /^(Accept|Dismiss) / }).count()).toBe(0);
    await auditor.expectAccessible();
    await auditor.close();
  });

  it('are dismissed beside the registries', async () => {
    const { page, open, troubles, close } = await visit(browser, plane.url, OWNER);
    await open('registry-access');
    await page.getByRole('button', { name: 'Dismiss ads.example for docker.io' }).click();
    await page
      .getByText('docker.io began to use an unknown host: ads.example')
      .waitFor({ state: 'detached' });
    const { items } = (await plane.owner.get('registry-hosts?state=dismissed')).body;
    expect(items.map(({ host }: { host: string }) => host)).toEqual(['ads.example']);
    expect(troubles).toEqual([]);
    await close();
  });
});
