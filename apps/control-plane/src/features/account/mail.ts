/** The mail of a forgotten password. */

import type { Mail } from '../../mail/mailer.ts';

export const resetMail = ({ email, url }: { readonly email: string; readonly url: string }): Mail => ({
  to: email,
  subject: 'A new password for Pullgate',
  text: `Somebody asked for a new password for ${email}.

Choose it: ${url}

The address works once, for an hour. If it was not you, do nothing: your password stays as it is.`,
});
