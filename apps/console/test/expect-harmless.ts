/** A page on which hostile texts stand: none of them ran, and none of them became more than text. */

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { PROOF } from './hostile-texts.ts';

/** What the corpus would make, and the console makes nowhere. */
const MADE = 'script, iframe, img, b, a[href^="javascript:"], a[href^="data:"]';

export async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate((proof) => proof in globalThis, PROOF)).toBe(false);
  const made = page.locator(`#page :is(${MADE}), [role=dialog] :is(${MADE})`);
  expect(await made.count()).toBe(0);
}
