/** The mail that carries an invitation. */

import type { Mail } from '../../mail/mailer.ts';
import type { InvitationRow } from './store.ts';

/** Names come from people: a line break in one would write a line of its own into the mail. */
const toLine = (text: string) => text.replace(/\s+/g, ' ').trim();

export const toMail = (row: InvitationRow, url: string): Mail => ({
  to: row.email,
  subject: `Invitation to ${toLine(row.organizationName)} on Pullgate`,
  text: `${toLine(row.inviterName)} (${row.inviterEmail}) invites you to ${toLine(row.organizationName)} as ${row.role}.

Accept: ${url}

The address works once, until ${row.expiresAt.slice(0, 10)}. If you do not know who sent this, do nothing.`,
});
