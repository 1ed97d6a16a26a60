/**
 * A person at a browser: opens the address that `pullgate login` printed, signs in through the identity provider, reads
 * the consent page and presses a button. Real Chromium. Prints what the consent page and the last page say, as JSON.
 * usage: allow-device.ts URL EMAIL BUTTON [SCREENSHOT]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const [url = '', email = '', button = '', screenshot] = process.argv.slice(2);
const PASSWORD = 'any password';
const profile = mkdtempSync(join(tmpdir(), 'browser-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
});
try {
  const page = await context.newPage();
  await page.goto(url);
  await signIn(page);
  const consent = (await page.locator('main').textContent()) ?? '';
  if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true });
  await page.getByRole('button', { name: button }).click();
  await page.waitForLoadState();
  console.log(
    JSON.stringify({ consent, end: (await page.locator('main').textContent()) ?? '', url: page.url() }),
  );
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}

/** The e-mail address leads to the provider of its domain; the provider asks for name and password on its own page. */
async function signIn(page: Page): Promise<void> {
  await page.locator('form[action="/sign-in/sso"] input[name="email"]').fill(email);
  await page.locator('form[action="/sign-in/sso"] button').click();
  await page.locator('input[type="password"]').fill(PASSWORD);
  const login = page.locator('input[name="login"]');
  if ((await login.count()) > 0) await login.fill(email);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL(/\/device/);
}
