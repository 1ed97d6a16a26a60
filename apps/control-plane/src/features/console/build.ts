/** The built console on disk, and its page made for one answer. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `make console` puts it. */
export const CONSOLE_DIR = join(import.meta.dirname, '../../../../console/dist');

/** Put into the page by the build, replaced in each answer. */
const NONCE_PLACE = '%STYLE_NONCE%';

/** The page, read once; undefined while the console is not built. */
export function loadConsolePage(dir = CONSOLE_DIR): ((nonce: string) => string) | undefined {
  const path = join(dir, 'index.html');
  if (!existsSync(path)) return undefined;
  const page = readFileSync(path, 'utf8');
  return (nonce) => page.replace(NONCE_PLACE, nonce);
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
