/** Every page that people see before the console, in Chromium: nothing that axe complains of, nothing wider than a phone, no script needed. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Harness, OWNER, startHarness } from './harness.ts';
import { codeOf } from './second-factor.ts';

const CHROMIUM = '/usr/bin/chromium';
const hasBrowser = existsSync(CHROMIUM);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const PERSON = 'pages@acme.example';

let plane: Harness;
let profile: string;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  if (!hasBrowser) return;
  plane = await startHarness();
  await plane.addMember({ email: PERSON, role: 'member', name: 'Paula Pages' });
  profile = mkdtempSync(join(tmpdir(), 'browser-'));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: ARGS,
    bypassCSP: true,
  });
  page = await context.newPage();
}, 60_000);
afterAll(async () => {
  if (!hasBrowser) return;
  await context.close();
  rmSync(profile, { recursive: true, force: true });
  await plane.close();
});

const open = async (path: string) => void (await page.goto(`${plane.url}${path}`));
const press = async (action: string) => {
  await page.locator(`form[action="${action}"] button`).first().click();
  await page.waitForLoadState();
};
const fill = async (action: string, fields: Record<string, string>) => {
  for (const [name, value] of Object.entries(fields)) {
    await page.locator(`form[action="${action}"] [name="${name}"]`).fill(value);
  }
  await press(action);
};
const signIn = () => fill('/sign-in', { email: PERSON, password: OWNER.password });

/** Of the page that is open, in both schemes and both widths. */
async function findComplaints(): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      if (Number(wide) > width) found.push(`${width}: wider than the window`);
      await page.evaluate(AXE);
      const rules = (await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id))')) as string[];
      found.push(...rules.map((rule) => `${colorScheme} ${width}: ${rule}`));
    }
  }
  return found;
}

let totpURI = '';
const outbox = () => {
  const folder = join(plane.config.dataDir, 'outbox');
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
};

/** In the order of a person's way through them. */
const WAY: readonly (readonly [string, () => Promise<void>])[] = [
  ['sign in', () => open('/sign-in')],
  ['sign in, refused', () => fill('/sign-in', { email: PERSON, password: 'not the password' })],
  ['no single sign-on', () => fill('/sign-in/sso', { email: PERSON })],
  ['forgotten', () => open('/forgotten-password')],
  ['mail on its way', () => fill('/forgotten-password', { email: PERSON })],
  [
    'new password',
    () => open(`/reset-password?token=${/token=(\S+)/.exec(outbox().join('\n'))?.[1] ?? 'none'}`),
  ],
  ['password set', () => fill('/reset-password', { password: OWNER.password })],
  ['dead link', () => open('/reset-password?token=used')],
  [
    'invitation',
    async () => {
      const { body } = await plane.owner.post('invitations', { email: 'new@acme.example', role: 'member' });
      await open(`${new URL(body.url).pathname}${new URL(body.url).search}`);
    },
  ],
  ['dead invitation', () => open('/invitation?code=none')],
  ['welcome', () => open('/welcome')],
  [
    'account',
    async () => {
      await open('/sign-in?next=/account');
      await signIn();
    },
  ],
  [
    'account with an error',
    () => fill('/account/password', { current: 'not the password', wanted: 'another horse' }),
  ],
  [
    'second factor, the key',
    async () => {
      await fill('/account/second-factor', { password: OWNER.password });
      totpURI = (await page.locator('a[href^="otpauth:"]').getAttribute('href')) ?? '';
    },
  ],
  ['second factor, wrong code', () => fill('/account/second-factor/verify', { code: '000000' })],
  [
    'account with a second factor',
    async () => fill('/account/second-factor/verify', { code: await codeOf(totpURI) }),
  ],
  [
    'backup codes',
    async () => {
      await page.locator('summary').first().click();
      await fill('/account/backup-codes', { password: OWNER.password });
    },
  ],
  ['code of a machine', () => open('/device')],
  [
    'consent',
    async () => {
      const wish = { client_id: 'pullgate-cli', machine_name: 'build-1.acme.example', login: 'paula' };
      const { body } = await plane.anonymous.post('/api/auth/device/code', wish);
      await open(`/device?user_code=${body.user_code}`);
    },
  ],
  ['denied', () => page.locator('button[value="deny"]').click()],
  [
    'second factor at sign-in',
    async () => {
      await open('/account');
      await press('/sign-out');
      await open('/sign-in');
      await signIn();
    },
  ],
];

/** Skipped where there is no Chromium. */
it.skipIf(!hasBrowser).each(WAY)('%s', { timeout: 30_000 }, async (_name, go) => {
  await go();
  await page.locator('h1').waitFor();
  expect(await findComplaints()).toEqual([]);
});
