/** Shows a secret once, as `secret-dialog.tsx` says. No page shows one at first. */

import { later } from './later.tsx';

export const ShownOnce = later(async () => (await import('./secret-dialog.tsx')).SecretDialog);
