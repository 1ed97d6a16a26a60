/** Registry access and People with a corpus of hostile texts in every field that a machine, a registry or a member fills in. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signInDevice } from '../../control-plane/test/device-login.ts';
import { type Harness, OWNER, startHarness } from '../../control-plane/test/harness.ts';
import { enrollMachine, record } from '../../control-plane/test/machine.ts';
import { expectHarmless } from './expect-harmless.ts';
import { HOSTILE_TEXTS, REFUSED_IN_NAMES } from './hostile-texts.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

/** Names take all but the marks that turn text around, and no more than a hundred characters. */
const NAMES = HOSTILE_TEXTS.filter((text) => text !== REFUSED_IN_NAMES).map((text) =>
  text.slice(0, 100).trim(),
);

describe('Hostile texts', { timeout: 180_000 }, () => {
  let plane: Harness;
  let browser: Browser;
  let owner: Visit;
  let page: Page;
  beforeAll(async () => {
    [plane, browser] = await Promise.all([startHarness(), openBrowser()]);
    for (const [at, text] of NAMES.entries()) await fillIn(plane, text, at);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.close();
  });
  beforeEach(async () => {
    owner = await visit(browser, plane.url, OWNER);
    page = owner.page;
  });
  afterEach(async () => {
    await expectHarmless(page);
    expect(owner.troubles).toEqual([]);
    await owner.close();
  });
  const table = (name: string) => page.getByRole('table', { name });
  /** Every text stands on the page as it was written. */
  const expectAll = async (where: () => Promise<string | null>) => {
    await expect.poll(async () => findMissing(await where()), { timeout: 20_000 }).toEqual([]);
  };

  it('of members, in nicknames and reasons of registries and denials', async () => {
    await owner.open('registry-access');
    await expectAll(() => table('Registries').textContent());
    await expectAll(() => table('Denials').textContent());
    await owner.expectAccessible();
  });

  it.each([
    ['edit=evil0-example', 'Nickname'],
    ['editDenial=no-evil1-example', 'Because'],
  ])('of members, in the form behind %s', async (address, field) => {
    await owner.open(`registry-access?${address}`);
    await page.getByRole('dialog').getByRole('textbox', { name: field }).waitFor();
  });

  it('of members, in the draft that is reviewed and in its YAML', async () => {
    await owner.open('registry-access?review=true');
    await page.getByRole('dialog').getByRole('button', { name: 'Save & Apply' }).waitFor();
    await expectHarmless(page);
    await owner.open('registry-access?tab=yaml');
    await page.getByRole('textbox', { name: 'Policy as YAML' }).getByText('<script>').first().waitFor();
  });

  it('of members, in comments of revisions and in the names of those who published', async () => {
    await owner.open('registry-access?tab=revisions');
    await expectAll(() => table('Revisions').textContent());
    await page.getByRole('button', { name: 'Open r2', exact: true }).click();
    await page.getByRole('dialog').getByText('Published by').waitFor();
  });

  it('of machines, in the question before enforcing and in the roll-out', async () => {
    await owner.open('registry-access');
    await page.locator('label').filter({ hasText: 'Enforce' }).click();
    await page
      .getByRole('dialog')
      .getByText(/would have denied/)
      .waitFor();
    await page
      .getByRole('dialog')
      .getByText(NAMES[0] ?? '')
      .first()
      .waitFor();
    await expectHarmless(page);
    await owner.open('registry-access?review=true');
    await page.getByRole('dialog').getByRole('button', { name: 'Save & Apply' }).click();
    await page.getByRole('dialog').getByText('Not there yet').waitFor();
    await page
      .getByRole('dialog')
      .getByText(NAMES[0] ?? '')
      .first()
      .waitFor();
  });

  it('of files, in the preview of a list', async () => {
    await owner.open('registry-access?bulk=true');
    const buffer = Buffer.from([...HOSTILE_TEXTS, 'quay.io'].join('\n'));
    const input = page.getByRole('dialog').locator('input[type="file"]');
    await input.setInputFiles({ name: '<img src=x>.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('dialog').getByText('that cannot be read.').waitFor();
  });

  it.each([
    ['members', 'Members'],
    ['teams', 'Teams'],
    ['invitations', 'Invitations'],
    ['sessions', 'Signed in on machines'],
    ['tokens', 'API tokens'],
  ])('of members and machines, on People under %s', async (tab, name) => {
    await owner.open(`people?tab=${tab}`);
    await expectAll(() => table(name).textContent());
    await owner.expectAccessible();
  });

  it('of members and machines, in every member that is opened', async () => {
    const { items } = (await plane.owner.get('members?limit=100&search=evil')).body;
    expect(items).toHaveLength(NAMES.length);
    for (const { id, name } of items as { id: string; name: string }[]) {
      await owner.open(`people?member=${id}`);
      const drawer = page.getByRole('dialog', { name: 'Member' });
      await drawer.getByRole('heading', { name, exact: true }).waitFor();
      // The machine has the same name, and so has the login on it.
      await drawer.locator('code').getByText(name.slice(0, 32), { exact: true }).waitFor();
      await expectHarmless(page);
    }
  });

  it('of members, in every team that is opened, and in what is asked before it is deleted', async () => {
    for (const at of NAMES.keys()) {
      await owner.open(`people?tab=teams&team=evil-${at}`);
      await page.getByRole('dialog').getByRole('button', { name: 'Delete team' }).click();
      await page.getByText('Rules of the draft that name it').waitFor();
      await expectHarmless(page);
    }
  });
});

/** Those of the corpus that a text does not show whole. */
const findMissing = (shown: string | null) => NAMES.filter((name) => shown?.includes(name) !== true);

/** One text in every place that takes one: by a member of that name, on a machine of that name. */
async function fillIn(plane: Harness, text: string, at: number): Promise<void> {
  const email = `evil${at}@acme.example`;
  const member = await plane.addMember({ email, role: 'owner', name: text });
  const must = async (sent: Promise<{ readonly status: number; readonly body: unknown }>) => {
    const { status, body } = await sent;
    if (status >= 300) throw new Error(`${text}: refused with ${status}: ${JSON.stringify(body)}`);
  };
  const team = `evil-${at}`;
  await must(member.post('teams', { slug: team, name: text }));
  await must(member.put(`teams/${team}/members/${member.id}`));
  await must(member.post('invitations', { email: `new${at}@acme.example`, role: 'member' }));
  await must(member.post('tokens', { name: text, scopes: [] }));
  const machine = await enrollMachine(plane, { name: text });
  await must(machine.heartbeat({ policy: { epoch: 1, revision: 1 } }));
  const denied = {
    registry: 'evil.example',
    repository: 'app',
    verdict: 'deny',
    reason: 'NOT_LISTED',
  } as const;
  await must(machine.send('evil', [record(1, { ...denied, message: text, engine: text })]));
  const token = await signInDevice(plane, await plane.signIn(email, OWNER.password));
  const login = text.slice(0, 32);
  await must(machine.call('POST', '/agent/v1/sessions', { token, uid: 1000 + at, login }));
  const rule = { registry: `evil${at}.example`, name: text, because: text, teams: [team] };
  await must(member.post('registries', rule));
  await addDenial(member, { id: `no-evil${at}-example`, registry: `evil${at}.example`, because: text });
  const { version } = (await member.get('policy/draft')).body;
  await must(member.post('policy/publish', { comment: text }, { 'if-match': `"d${version}"` }));
  await must(member.patch(`registries/evil${at}-example`, { allow: ['pull'] }));
}

async function addDenial(member: Pick<Harness['owner'], 'get' | 'put'>, denial: object): Promise<void> {
  const { version, document } = (await member.get('policy/draft')).body;
  const body = { document: { ...document, deny: [...document.deny, denial] } };
  const { status } = await member.put('policy/draft', body, { 'if-match': `"d${version}"` });
  expect(status).toBe(200);
}
