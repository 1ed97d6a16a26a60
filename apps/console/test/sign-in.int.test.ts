/** The page Sign-in enforcement: files that are what the server gives, and machines as they report themselves. */

import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openShowroom, PEOPLE, type Showroom } from './showroom.ts';
import { openBrowser, type Visit, visit } from './visit.ts';

describe('Sign-in enforcement', () => {
  let room: Showroom;
  let browser: Browser;
  let auditor: Visit;
  beforeAll(async () => {
    [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await room?.close();
  });
  beforeEach(async () => {
    auditor = await visit(browser, room.plane.url, PEOPLE.auditor);
  });
  afterEach(async () => {
    expect(auditor.troubles).toEqual([]);
    await auditor.close();
  });

  it.each([
    ['Linux', 'registry.json', '{"allowedOrgs":["acme"]}\n'],
    ['macOS', 'pullgate.mobileconfig', '<string>acme</string>'],
    ['Windows', 'pullgate.reg', 'a\0c\0m\0e'],
  ])('gives the file for %s', async (system, file, content) => {
    const { page, open } = auditor;
    await open('sign-in');
    await page.getByText(system, { exact: true }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: `Download ${file}` }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(file);
    const bytes = await readFile(await download.path());
    // Windows' registry takes UTF-16, and the name stands there as bytes in hex.
    const text = file.endsWith('.reg') ? fromReg(bytes.toString('utf16le')) : bytes.toString();
    expect(text).toContain(content);
  });

  it('shows which machine waits, which cannot be read, and why', async () => {
    const { page, open } = auditor;
    await open('sign-in?state=broken');
    const rows = page.getByRole('table', { name: 'Which machines obey' }).getByRole('row');
    await page.getByText('expected a list of organizations').waitFor();
    expect(await rows.count()).toBe(2);
    await page.getByText(/^Waiting/).click();
    await page.waitForURL(/state=required/);
    await page.getByText('laptop-12').waitFor();
    await auditor.expectAccessible();
  });
});

/** The bytes of `hex(7):`, as text. */
function fromReg(text: string): string {
  const hex = text.slice(text.indexOf('hex(7):') + 7).replace(/[^0-9a-f]/g, '');
  return Buffer.from(hex, 'hex').toString('latin1');
}
