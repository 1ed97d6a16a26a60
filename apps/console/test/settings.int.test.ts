/** The page Organization against a real server, a real DNS answer and a real OpenID Connect provider. */

import { type IdentityProvider, startIdentityProvider } from '@pullgate/testkit/identity-provider';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from '../../control-plane/test/dns-server.ts';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

const SECRET = 'a-secret-that-stays-here';

describe('Organization', () => {
  let room: Showroom;
  let browser: Browser;
  let provider: IdentityProvider;
  let dns: DnsServer;
  let owner: Visit;
  beforeAll(async () => {
    dns = await startDnsServer();
    [room, browser] = await Promise.all([openShowroom(0, { dnsServers: [dns.address] }), openBrowser()]);
    const redirectUris = [`${room.plane.url}/api/auth/sso/callback/acme`];
    const clients = [{ clientId: 'pullgate', clientSecret: SECRET, redirectUris }];
    provider = await startIdentityProvider({ clients, accounts: [] });
  });
  afterAll(async () => {
    await browser?.close();
    await provider?.close();
    await room?.close();
    await dns?.close();
  });
  beforeEach(async () => {
    owner = await visit(browser, room.plane.url, OWNER);
  });
  afterEach(async () => {
    expect(owner.troubles).toEqual([]);
    await owner.close();
  });
  const organization = async () => (await room.plane.owner.get('/api/v1/organizations/acme')).body;

  it('renames by keyboard alone, and says who lacks a second factor before it is required', async () => {
    const { page, open } = owner;
    await open('settings');
    await page.getByLabel('Name', { exact: true }).focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Acme Works');
    await page.keyboard.press('Enter');
    await page.getByText('Saved').waitFor();
    expect((await organization()).name).toBe('Acme Works');
    await owner.expectAccessible();
    await page.getByRole('checkbox', { name: 'Owner' }).check();
    await page.getByText('You lack one yourself').waitFor();
    await page.getByRole('checkbox', { name: 'Owner' }).uncheck();
    await page.getByRole('checkbox', { name: 'Auditor' }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(async () => (await organization()).twoFactorRoles).toEqual(['auditor']);
    await room.plane.owner.patch('/api/v1/organizations/acme', { twoFactorRoles: [] });
  });

  it('claims a domain, shows its record, says whether it is proved, and releases it', async () => {
    const { page, open } = owner;
    await open('settings?tab=domains');
    await page.getByLabel('Domain', { exact: true }).fill('acme.example');
    await page.keyboard.press('Enter');
    const card = page.getByRole('region', { name: 'acme.example' });
    await card.waitFor();
    const [domain] = (await room.plane.owner.get('domains')).body.items;
    expect(await card.getByLabel('Value', { exact: true }).inputValue()).toBe(domain.record.value);
    await owner.expectAccessible();
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText('DOMAIN_UNPROVED').waitFor();
    dns.setTxt(domain.record.name, domain.record.value);
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.getByText('Proved', { exact: true }).waitFor();
    await card.getByRole('button', { name: /^Release/ }).click();
    await page.getByLabel('Type acme.example to confirm').fill('acme.example');
    await page.getByRole('button', { name: 'Release domain' }).click();
    await card.waitFor({ state: 'detached' });
    expect((await room.plane.owner.get('domains')).body.items).toEqual([]);
  });

  it('tells the address for the provider before there is a connection, whatever the browser calls the server', async () => {
    const here = room.plane.url.replace('127.0.0.1', 'localhost');
    const elsewhere = await visit(browser, here, OWNER);
    await elsewhere.open('settings?tab=single-sign-on');
    const shown = elsewhere.page.getByLabel('Redirect URI', { exact: true });
    expect(await shown.inputValue()).toBe(`${room.plane.url}/api/auth/sso/callback/acme`);
    await elsewhere.close();
  });

  it('connects a provider, tests it step by step, keeps the secret, and removes it', async () => {
    const { page, open } = owner;
    await open('settings?tab=single-sign-on');
    await page.getByLabel('Issuer').fill(provider.url);
    await page.getByLabel('Client ID').fill('pullgate');
    await page.getByLabel('Client secret').fill(SECRET);
    await page.getByRole('button', { name: 'Add a group' }).click();
    await page.getByLabel('Group', { exact: true }).fill('Platform');
    await page.getByRole('combobox', { name: 'Teams' }).click();
    await page.getByRole('option', { name: 'Platform' }).click();
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText('Everything that can be tested is as it should be.').waitFor();
    expect(await page.getByText('the provider knows the client and its secret').count()).toBe(1);
    await owner.expectAccessible();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved').first().waitFor();
    const { body } = await room.plane.owner.get('sso');
    expect(body.mappings).toEqual([{ group: 'Platform', teams: ['platform'] }]);
    expect((await room.plane.owner.post('sso/test')).body.ok).toBe(true);
    await provider.down();
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.getByText('Something is missing.').waitFor();
    await provider.up();
    await page.getByRole('button', { name: 'Remove single sign-on' }).click();
    await page.getByLabel('Type acme to confirm').fill('acme');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove single sign-on' }).click();
    await page.getByRole('button', { name: 'Connect' }).waitFor();
    expect((await room.plane.owner.get('sso')).status).toBe(404);
  });

  it('switches the directory on, makes a credential that it takes, and revokes it', async () => {
    const { page, open } = owner;
    await open('settings?tab=scim');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await page.getByRole('button', { name: 'New credential' }).click();
    const token = await page.getByLabel('Credential', { exact: true }).inputValue();
    const directory = room.plane.clientWith({ authorization: `Bearer ${token}` });
    expect((await directory.get('/scim/v2/Users')).status).toBe(200);
    await page.getByRole('button', { name: 'Done' }).click();
    await owner.expectAccessible();
    for (const button of [/^Revoke/, 'Revoke credential']) {
      await page.getByRole('button', { name: button }).last().click();
    }
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await directory.get('/scim/v2/Users')).status).toBe(401);
  });

  it.each(['admin', 'auditor'] as const)('offers an %s nothing that changes', async (role) => {
    const other = await visit(browser, room.plane.url, PEOPLE[role]);
    for (const tab of ['general', 'domains', 'single-sign-on']) {
      await other.open(`settings?tab=${tab}`);
      await other.page.getByText('Only owners change what stands here.').waitFor();
      const change = /^(Save|Claim|Verify|Release|Connect|Test|Remove)/;
      expect(await other.page.getByRole('button', { name: change }).count()).toBe(0);
    }
    expect(await other.page.getByRole('tab', { name: /SCIM/ }).count()).toBe(0);
    await other.close();
  });
});
