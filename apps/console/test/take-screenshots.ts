/**
 * Takes the pictures of the documentation anew: every page, light and dark, from a real control plane with the showroom's data.
 * usage: node apps/console/test/take-screenshots.ts [NAME…]
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { OWNER, openShowroom } from './showroom.ts';
import { openBrowser, THEMES, visit } from './visit.ts';

const DIR = join(import.meta.dirname, '../../../docs/images/console');
const SIZE = { width: 1280, height: 800 };

/** Name of the picture, and the address below the organization. */
const PICTURES: Readonly<Record<string, string>> = {
  overview: 'overview',
  'registry-access': 'registry-access',
  review: 'registry-access?review=true',
  yaml: 'registry-access?tab=yaml',
  revisions: 'registry-access?tab=revisions',
  decisions: 'decisions',
  activity: 'activity',
  machines: 'machines',
  check: 'check?reference=quay.io/other/app:1',
  people: 'people',
  teams: 'people?tab=teams',
  'sign-in': 'sign-in?system=macos',
  settings: 'settings',
  'single-sign-on': 'settings?tab=single-sign-on',
  'first-run': 'first-run',
};

const wished = process.argv.slice(2);
mkdirSync(DIR, { recursive: true });
const [room, browser] = await Promise.all([openShowroom(), openBrowser()]);
try {
  const { page, open } = await visit(browser, room.plane.url, OWNER, SIZE);
  for (const [name, path] of Object.entries(PICTURES)) {
    if (wished.length > 0 && !wished.includes(name)) continue;
    for (const colorScheme of THEMES) {
      await room.beat();
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await open(path);
      await settle(page);
      await page.screenshot({ path: join(DIR, `${name}-${colorScheme}.png`) });
    }
  }
} finally {
  await browser.close();
  await room.close();
}

/** Until nothing is loading any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('[aria-busy="true"], .mantine-Skeleton-root') === null,
  );
  await page.evaluate(() => document.fonts.ready);
}
