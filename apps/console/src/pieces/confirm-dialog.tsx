/** Asks before something is destroyed, as `confirmation.tsx` says. No page shows one at first. */

import { later } from './later.tsx';

export const ConfirmDialog = later(async () => (await import('./confirmation.tsx')).Confirmation);
