/** What Activity keeps of drafts: the changes, rule by rule. */

import type { Change } from '@pullgate/protocol';
import type { NewActivity } from '../activity/service.ts';

const target = { kind: 'draft', id: 'draft' };

export const draftEdited = (before: { version: number }, changes: readonly Change[]): NewActivity => ({
  event: 'policy.draft-edited',
  target,
  before: { version: before.version },
  after: { version: before.version + 1, changes },
  text:
    changes.length === 1
      ? `changed the draft: ${changes[0]?.text}`
      : `made ${changes.length} changes to the draft`,
});

export const draftDiscarded = (before: { version: number; yaml: string }, base: number): NewActivity => ({
  event: 'policy.draft-discarded',
  target,
  before: { version: before.version, yaml: before.yaml },
  after: { version: before.version + 1, base },
  text: `threw the draft away; it equals revision ${base} again`,
});

export const draftRebased = (before: { version: number; base: number }, base: number): NewActivity => ({
  event: 'policy.draft-rebased',
  target,
  before: { version: before.version, base: before.base },
  after: { version: before.version + 1, base },
  text: `brought the draft from revision ${before.base} up to revision ${base}`,
});
