/** The built console on disk, and its page made for one answer. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `make console` puts it. */
export const CONSOLE_DIR = join(import.meta.dirname, '../../../../console/dist');
const PAGE = join(CONSOLE_DIR, 'index.html');

/** Put into the page by the build, replaced in each answer. */
const NONCE_PLACE = '%STYLE_NONCE%';

export function isConsoleBuilt(): boolean {
  return existsSync(PAGE);
}

/** Read anew for each answer: it names the built files, and a build while the server runs gives them other names. */
export async function loadConsolePage(nonce: string): Promise<string> {
  return (await readFile(PAGE, 'utf8')).replace(NONCE_PLACE, nonce);
}

/**
 * Scripts come from this server alone; style elements carry the nonce of this answer, since the component library makes some.
 * An injected script or style has neither.
 */
export function toContentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
