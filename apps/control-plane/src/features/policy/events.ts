/** What Activity keeps of publishing: the revisions and what changed between them. */

import type { Change } from '@pullgate/protocol';
import type { NewActivity } from '../activity/service.ts';

interface Published {
  readonly from: number;
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly comment?: string;
}

const entry = (
  event: 'policy.published' | 'policy.mode-changed' | 'policy.rolled-back',
  { from, revision, changes, comment }: Published,
  text: string,
  more: Readonly<Record<string, unknown>> = {},
): NewActivity => ({
  event,
  target: { kind: 'policy', id: `r${revision}` },
  ...(from === 0 ? {} : { before: { revision: from } }),
  after: { revision, changes, ...(comment === undefined ? {} : { comment }), ...more },
  text,
});

export const policyPublished = (published: Published): NewActivity =>
  entry('policy.published', published, `published revision ${published.revision}`);

export const policyForced = (published: Published): NewActivity =>
  entry('policy.published', published, `published revision ${published.revision} by force`, { force: true });

export const modeChanged = (published: Published, from: string, to: string, team?: string): NewActivity =>
  entry(
    'policy.mode-changed',
    published,
    `changed the mode${team === undefined ? '' : ` of team ${team}`} from ${from} to ${to}`,
    { mode: to, ...(team === undefined ? {} : { team }) },
  );

export const policyRolledBack = (published: Published, rollbackOf: number): NewActivity =>
  entry(
    'policy.rolled-back',
    published,
    `rolled back to revision ${rollbackOf} as revision ${published.revision}`,
    {
      rollbackOf,
    },
  );
