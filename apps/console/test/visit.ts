/** A person at a browser in tests: real Chromium, signed in through the page, with an ear for what must never happen. */

import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Debian's; nothing is downloaded. No traffic of its own leaves the machine. */
const LAUNCH = {
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync', '--no-first-run'],
};
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
export const THEMES = ['light', 'dark'] as const;

export interface Person {
  readonly email: string;
  readonly password?: string;
}

export interface Visit {
  readonly page: Page;
  /** Opens a page of the organization and waits until its title stands. */
  open(path: string): Promise<void>;
  /** Scripts that failed, and what the Content-Security-Policy refused. Empty, in the end, in every test. */
  readonly troubles: readonly string[];
  /** No violation of WCAG 2.2 AA, in both themes. */
  expectAccessible(): Promise<void>;
  close(): Promise<void>;
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly organization?: string;
}

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch(LAUNCH);
}

/** Signs in as a person does. @param password that of the showroom's people when left out */
export async function visit(
  browser: Browser,
  url: string,
  { email, password = 'correct horse battery' }: Person,
  { width = 1280, height = 800, organization = 'acme' }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const troubles = await listen(page);
  await page.goto(`${url}/sign-in`);
  const form = page.locator('form[action="/sign-in"]');
  await form.locator('input[name="email"]').fill(email);
  await form.locator('input[name="password"]').fill(password);
  await form.locator('button[type="submit"]').click();
  await page.waitForURL(/\/organizations\/|\/account/);
  return {
    page,
    troubles,
    open: async (path) => {
      await page.goto(`${url}/organizations/${organization}/${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
    expectAccessible: () => expectAccessible(page),
    close: () => context.close(),
  };
}

async function listen(page: Page): Promise<string[]> {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) troubles.push(message.text());
  });
  return troubles;
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // The console hears of the change a moment later than its style sheets.
    await page.waitForFunction((wanted) => {
      const { mantineColorScheme: shown = wanted } = document.documentElement.dataset;
      return shown === wanted;
    }, colorScheme);
    expect(await listViolations(page), `in the ${colorScheme} theme`).toEqual([]);
  }
}

/** One line for each rule that is broken, with the elements that break it. */
async function listViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async (tags) => {
    const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run({
      runOnly: tags,
    });
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`,
    );
  }, WCAG);
}
