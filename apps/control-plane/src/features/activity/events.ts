/** The names of all Activity events. What each one keeps stands in the `events.ts` of the feature that appends it. */

export const ACTIVITY_EVENTS = [
  'enrollment-token.created',
  'enrollment-token.revoked',
  'machine.enrolled',
  'machine.revoked',
  'organization.created',
  'owner.welcomed',
  'policy.draft-discarded',
  'policy.draft-edited',
  'policy.draft-rebased',
  'policy.mode-changed',
  'policy.published',
  'policy.rolled-back',
  'registry.added',
  'registry.edited',
  'registry.removed',
  'server.restored',
  'token.created',
  'token.revoked',
] as const;
export type ActivityEvent = (typeof ACTIVITY_EVENTS)[number];
