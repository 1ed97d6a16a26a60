/**
 * Takes screenshots of pages for people who work on the console; signs in first.
 * usage: node apps/console/test/look.ts URL DIR PATH… (paths below the organization; @dark, @phone and @wide may follow a path)
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { OWNER } from './showroom.ts';

const WIDTHS = { phone: 360, wide: 3840 } as const;

const [url = '', dir = '', ...paths] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), 'browser-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  viewport: { width: 1280, height: 800 },
});
try {
  const page = await context.newPage();
  page.on('console', (message) => console.log(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`error: ${error.message}`));
  await page.goto(`${url}/sign-in`);
  await page.locator('form[action="/sign-in"] input[name="email"]').fill(OWNER.email);
  await page.locator('input[name="password"]').fill(OWNER.password);
  await page.locator('form[action="/sign-in"] button').click();
  for (const wish of paths) {
    const [path = '', ...marks] = wish.split('@');
    const size = marks.find((mark): mark is keyof typeof WIDTHS => mark in WIDTHS);
    await page.emulateMedia({ colorScheme: marks.includes('dark') ? 'dark' : 'light' });
    await page.setViewportSize({
      width: size === undefined ? 1280 : WIDTHS[size],
      height: size === 'wide' ? 2160 : 800,
    });
    await page.goto(`${url}/organizations/acme/${path}`);
    await page.waitForTimeout(1200);
    await page.screenshot({ path: join(dir, `${[path.replaceAll(/\W+/g, '-'), ...marks].join('.')}.png`) });
  }
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
