/** What Activity keeps of a person's own account: that it changed, never a secret. It stands in each of their organizations. */

import type { NewActivity } from '../activity/service.ts';

const target = (userId: string) => ({ kind: 'user', id: userId });

export const breakGlassUsed = (userId: string): NewActivity => ({
  event: 'break-glass.used',
  target: target(userId),
  text: 'signed in with a password although single sign-on is required',
});

export const passwordChanged = (userId: string): NewActivity => ({
  event: 'password.changed',
  target: target(userId),
  text: 'changed their password',
});

export const passwordReset = (userId: string): NewActivity => ({
  event: 'password.reset',
  target: target(userId),
  text: 'set a forgotten password anew',
});

export const twoFactorEnabled = (userId: string): NewActivity => ({
  event: 'two-factor.enabled',
  target: target(userId),
  text: 'set up a second factor',
});

export const twoFactorDisabled = (userId: string): NewActivity => ({
  event: 'two-factor.disabled',
  target: target(userId),
  text: 'gave up their second factor',
});

export const backupCodesRenewed = (userId: string): NewActivity => ({
  event: 'two-factor.backup-codes-renewed',
  target: target(userId),
  text: 'made new backup codes; the old ones no longer work',
});
