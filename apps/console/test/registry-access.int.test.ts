/** Registry access: everything an owner does to the policy, by mouse and by keyboard, checked through the API. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

describe('registry access', { timeout: 120_000 }, () => {
  let room: Showroom;
  let browser: Browser;
  let owner: Visit;
  let page: Page;
  beforeAll(async () => {
    [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
    owner = await visit(browser, room.plane.url, OWNER);
    page = owner.page;
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });
  const draft = async () => (await room.plane.owner.get('policy/draft')).body;
  const publishedRevision = async () => (await room.plane.owner.get('policy')).body.revision;
  const discard = async () => {
    const { version } = await draft();
    await room.plane.owner.delete('policy/draft', { 'if-match': `"d${version}"` });
  };
  const drawer = () => page.getByRole('dialog');
  const rows = () => page.getByRole('table', { name: 'Registries' }).locator('tbody tr');

  it('lists Docker Hub first, then the others by host, and is accessible in both themes', async () => {
    await owner.open('registry-access');
    await rows().filter({ hasText: 'ghcr.io' }).waitFor();
    expect(await rows().first().textContent()).toContain('Docker Hub');
    await rows().filter({ hasText: 'registry.k8s.io' }).getByText('Added').waitFor();
    await owner.expectAccessible();
    await page.getByRole('searchbox').fill('prometheus');
    await rows().filter({ hasText: 'ghcr.io' }).waitFor({ state: 'detached' });
    expect(await rows().count()).toBe(1);
    await page.getByRole('searchbox').fill('nobody has this');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  });

  it('tells what a typed host is made of, what comes with it, and that it is on the list', async () => {
    await owner.open('registry-access?add=');
    const field = drawer().getByRole('combobox', { name: 'Registry' });
    await field.fill('https://quay.io/prometheus/node:v1');
    await drawer().getByText('Kept as quay.io').waitFor();
    await drawer().getByText('cdn01.quay.io').waitFor();
    await drawer().getByText('on the list already').waitFor();
    await drawer().getByRole('button', { name: 'Limit to prometheus/node' }).click();
    await owner.expectAccessible();
    await field.fill('index.docker.io');
    await drawer().getByText('another name of Docker Hub').waitFor();
    await field.fill('bad host!');
    await field.press('Tab');
    await drawer()
      .getByText(/A host is labels/)
      .waitFor();
    await page.keyboard.press('Escape');
    await drawer().getByText('What you typed is not saved.').waitFor();
    await drawer().getByRole('button', { name: 'Forget it' }).click();
    await drawer().waitFor({ state: 'detached' });
  });

  it('adds a registry and applies the draft by keyboard alone, and shows the roll-out', async () => {
    await discard();
    const before = await publishedRevision();
    await owner.open('registry-access');
    await focusOn(page, 'Add registry');
    await page.keyboard.press('Enter');
    await drawer().getByRole('combobox', { name: 'Registry' }).waitFor();
    await page.keyboard.type('mcr.microsoft.com');
    await drawer().getByText('Kept as mcr.microsoft.com').waitFor();
    await page.keyboard.press('Escape');
    await focusOn(page, 'Add to the draft');
    await page.keyboard.press('Enter');
    await drawer().waitFor({ state: 'detached' });
    await page.getByText('1 change not in force yet').waitFor();
    await focusOn(page, 'Review and apply');
    await page.keyboard.press('Enter');
    await drawer()
      .getByText('on mcr.microsoft.com become allowed')
      .or(drawer().getByText('attempts judged'))
      .first()
      .waitFor();
    await focusOn(page, 'Comment');
    await page.keyboard.type('base images');
    await focusOn(page, 'Save & Apply');
    await page.keyboard.press('Enter');
    await drawer()
      .getByText(`of 5 machines on r${before + 1}`)
      .waitFor();
    const { body } = await room.plane.owner.get('policy');
    expect([body.revision, body.comment]).toEqual([before + 1, 'base images']);
    expect(body.document.registries.at(-1)).toMatchObject({
      registry: 'mcr.microsoft.com',
      allow: ['pull', 'push'],
    });
    await owner.expectAccessible();
  });

  it('edits and removes, and takes a removal back', async () => {
    await discard();
    await owner.open('registry-access');
    await page.getByRole('button', { name: 'Edit quay.io' }).click();
    await drawer().getByRole('checkbox', { name: 'Push' }).check();
    await drawer().getByRole('textbox', { name: 'Nickname' }).fill('Quay');
    await drawer().getByRole('textbox', { name: 'Mirror of' }).fill('bad host!');
    await drawer().getByRole('textbox', { name: 'Mirror of' }).press('Tab');
    await drawer()
      .getByText(/A host is labels/)
      .waitFor();
    await drawer().getByRole('textbox', { name: 'Mirror of' }).fill('docker.io');
    await drawer().getByRole('textbox', { name: 'Mirrored below' }).fill('mirror/hub');
    await drawer().getByRole('button', { name: 'Save to the draft' }).click();
    await rows().filter({ hasText: 'quay.io' }).getByText('Edited').waitFor();
    expect((await room.plane.owner.get('registries/quay-io')).body).toMatchObject({
      name: 'Quay',
      allow: ['pull', 'push'],
      repositories: ['prometheus/**', 'coreos/**'],
      mirrorOf: { registry: 'docker.io', prefix: 'mirror/hub' },
    });
    await page.getByRole('button', { name: 'Remove GitHub' }).click();
    await rows().filter({ hasText: 'ghcr.io' }).getByText('Removed').waitFor();
    await page.getByRole('button', { name: 'Undo: keep GitHub' }).click();
    await page.getByRole('button', { name: 'Remove GitHub' }).waitFor();
    expect((await room.plane.owner.get('registries/ghcr-io')).body.state).toBe('published');
  });

  it('adds a denial to the draft', async () => {
    await discard();
    await owner.open('registry-access?deny=docker.io&repositories=library/centos');
    await drawer().getByRole('textbox', { name: 'Because' }).fill('End of life');
    await drawer().getByRole('button', { name: 'Add to the draft' }).click();
    await page.getByRole('table', { name: 'Denials' }).getByText('library/centos').waitFor();
    expect((await draft()).document.deny).toEqual([
      {
        id: 'deny-docker-io',
        registry: 'docker.io',
        repositories: ['library/centos'],
        because: 'End of life',
      },
    ]);
    await page.getByRole('button', { name: 'Remove the denial on docker.io' }).click();
    await page.getByText('Nothing is denied beyond').waitFor();
    expect((await draft()).document.deny).toEqual([]);
  });

  it('shows a pasted list line by line before it is added', async () => {
    await discard();
    await owner.open('registry-access?bulk=true');
    await drawer()
      .getByRole('textbox', { name: 'List' })
      .fill('gcr.io, Google\nquay.io\nnot_a host!, x\nlscr.io');
    await drawer().getByText('2 registries to add, 1 on the list already, 1 that cannot be read.').waitFor();
    await owner.expectAccessible();
    await drawer().getByRole('button', { name: 'Add 2 registries' }).click();
    await page.getByText('2 changes not in force yet').waitFor();
    expect((await room.plane.owner.get('registries/gcr-io')).body).toMatchObject({
      name: 'Google',
      state: 'added',
    });
  });

  it('shows what enforcing would have denied before it is switched on', async () => {
    await discard();
    await owner.open('registry-access');
    await page.locator('label').filter({ hasText: 'Enforce' }).click();
    await drawer()
      .getByText(/In the last 24 h this would have denied [\d,]+ attempts by \d machines/)
      .waitFor();
    await owner.expectAccessible();
    await drawer().getByRole('button', { name: 'Enforce' }).click();
    await drawer().waitFor({ state: 'detached' });
    expect((await room.plane.owner.get('policy')).body.mode).toBe('enforce');
    await room.plane.owner.post('policy/mode', { mode: 'observe' });
  });

  it('edits the YAML with live errors, and Tab leaves the editor', async () => {
    await discard();
    await owner.open('registry-access?tab=yaml');
    const editor = page.getByRole('textbox', { name: 'Policy as YAML' });
    await editor.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('nonsense: 1\n');
    await page.getByRole('listitem').filter({ hasText: 'nonsense' }).waitFor();
    await page.getByRole('button', { name: 'Undo my changes' }).click();
    await page.getByText('No errors').waitFor();
    await editor.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# of the owners\n');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await editor.evaluate((node) => node.contains(document.activeElement))).toBe(false);
    await page.getByRole('button', { name: 'Save to the draft' }).click();
    await page.getByText('As in the draft').waitFor();
    expect((await draft()).yaml).toMatch(/^# of the owners\n/);
    await owner.expectAccessible();
  });

  it('shows both sides when somebody else changed the draft, and loses nothing', async () => {
    await discard();
    await owner.open('registry-access?tab=yaml');
    await page.getByRole('textbox', { name: 'Policy as YAML' }).click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# mine\n');
    const ada = await visit(browser, room.plane.url, PEOPLE.admin);
    await ada.open('registry-access?add=lscr.io');
    await ada.page.getByRole('button', { name: 'Add to the draft' }).click();
    await ada.page.getByText('1 change not in force yet').waitFor();
    await page.getByRole('button', { name: 'Save to the draft' }).click();
    await page.getByText('Ada Admin changed the draft meanwhile').waitFor();
    await page.getByRole('alert').getByText('lscr.io').waitFor();
    await owner.expectAccessible();
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await page.getByText('As in the draft').waitFor();
    await page.getByRole('textbox', { name: 'Policy as YAML' }).click();
    await page.keyboard.press('Control+z');
    await page.getByText('# mine').waitFor();
    await ada.close();
  });

  it('offers to keep the frontend of builds when Docker Hub is blocked', async () => {
    await room.plane.owner.post('policy/mode', { mode: 'enforce', force: true });
    await discard();
    await room.plane.owner.patch('registries/hub', { allow: [] });
    await owner.open('registry-access');
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await drawer().getByText('BuildKit fetches docker.io/docker/dockerfile').waitFor();
    await owner.expectAccessible();
    await drawer().getByRole('button', { name: 'Allow docker/dockerfile in the draft' }).click();
    await drawer().getByText('BuildKit fetches').waitFor({ state: 'detached' });
    const hub = (await draft()).document.registries.find(({ id }: { id: string }) => id === 'hub');
    expect(hub).toMatchObject({ allow: ['pull'], repositories: ['docker/dockerfile'] });
    await page.keyboard.press('Escape');
    await room.plane.owner.post('policy/mode', { mode: 'observe' });
    await discard();
  });

  it('rolls back to an older revision, which is named and asked for', async () => {
    await discard();
    const before = await publishedRevision();
    await owner.open('registry-access?tab=revisions');
    await page.getByRole('button', { name: 'Open r1', exact: true }).click();
    await drawer().getByRole('button', { name: 'Roll back to r1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back to r1?' });
    await dialog.getByText(`as r${before + 1}`).waitFor();
    await dialog.getByText('ghcr.io').first().waitFor();
    await dialog.getByText(/attempts? judged/).waitFor();
    await dialog.getByRole('button', { name: 'Roll back to r1' }).click();
    await page.getByText(`of 5 machines on r${before + 1}`).waitFor();
    expect(await publishedRevision()).toBe(before + 1);
  });

  it('keeps two thousand registries at hand', async () => {
    const entries = Array.from({ length: 2_000 }, (_, at) => ({ registry: `r${at}.many.example` }));
    expect((await room.plane.owner.post('registries/bulk', { entries })).body.added).toBe(2_000);
    await owner.open('registry-access');
    await page.getByText('2,000 changes not in force yet').waitFor();
    expect(await rows().count()).toBeLessThan(200);
    await page.getByRole('searchbox').fill('r1999.many');
    await rows().filter({ hasText: 'r1999.many.example' }).waitFor();
    expect(await rows().count()).toBe(1);
    await page.getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard the draft' }).click();
    await page.getByText('not in force yet').waitFor({ state: 'detached' });
    expect((await draft()).changes).toEqual([]);
  });

  it('offers an auditor nothing that changes, and a member no page', async () => {
    const auditor = await visit(browser, room.plane.url, PEOPLE.auditor);
    await auditor.open('registry-access');
    await auditor.page.getByText('Docker Hub').first().waitFor();
    for (const name of ['Add registry', 'Paste or import a list', 'Add denial', 'Edit Docker Hub']) {
      expect(await auditor.page.getByRole('button', { name }).count(), name).toBe(0);
    }
    await auditor.open('registry-access?add=quay.io');
    expect(await auditor.page.getByRole('dialog').count()).toBe(0);
    await auditor.close();
    const member = await visit(browser, room.plane.url, PEOPLE.member);
    await member.open('registry-access');
    await member.page.getByText('Your role does not include this page').waitFor();
    await member.close();
  });

  it('had no script that failed, and nothing that the Content-Security-Policy refused', () => {
    expect(owner.troubles).toEqual([]);
  });
});

/** Tab until the control of this name has the focus. */
async function focusOn(page: Page, name: string): Promise<void> {
  for (let at = 0; at < 80; at += 1) {
    const focused = await page.evaluate(() => {
      const node = document.activeElement;
      const label =
        node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement ? node.labels?.[0] : null;
      return node?.getAttribute('aria-label') ?? label?.textContent ?? node?.textContent ?? '';
    });
    if (focused.trim() === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${name}`);
}
