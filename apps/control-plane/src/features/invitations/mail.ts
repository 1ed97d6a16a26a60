/** The mail that carries an invitation. */

import type { Mail } from '../../mail/mailer.ts';
import { isUnknownAddress } from '../../sign-in/unknown-address.ts';
import type { InvitationRow } from './store.ts';

/** Names come from people: a line break in one would write a line of its own into the mail. */
const toLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** An owner who has not given a name and an address yet is nobody that the reader knows. */
function toFirstLine({ inviterName, inviterEmail, organizationName, role }: InvitationRow): string {
  const what = `to ${toLine(organizationName)} as ${role}.`;
  if (isUnknownAddress(inviterEmail)) return `You are invited ${what}`;
  return `${toLine(inviterName)} (${inviterEmail}) invites you ${what}`;
}

export const toMail = (row: InvitationRow, url: string): Mail => ({
  to: row.email,
  subject: `Invitation to ${toLine(row.organizationName)} on Pullgate`,
  text: `${toFirstLine(row)}

Accept: ${url}

The address works once, until ${row.expiresAt.slice(0, 10)}. If you do not know who sent this, do nothing.`,
});
