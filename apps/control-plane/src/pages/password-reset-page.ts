/** The pages of a forgotten password: ask for the link, choose a new password, and what became of it. */

import { PASSWORD_LENGTH } from '../sign-in/sign-in.ts';
import { type Html, html } from './html.ts';
import { alert, field, layout, submit } from './layout.ts';

export function forgottenPasswordPage({ email, error }: { email?: string; error?: string } = {}): Html {
  return layout(
    'Forgotten your password?',
    html`<div class="card">
<h1>Forgotten your password?</h1>
<p class="lead">Enter your e-mail address. If it has an account here, it gets a link to choose a new password.</p>
${alert(error)}
<form method="post" action="/forgotten-password">
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email ?? '' })}
${submit('Send the link')}
</form>
<p class="aside"><a href="/sign-in">Back to sign in</a></p>
</div>`,
  );
}

export interface MailOnItsWay {
  readonly email: string;
  readonly sendsMail: boolean;
}

/** The same for every address: whether it has an account is nobody's business. */
export function mailOnItsWayPage({ email, sendsMail }: MailOnItsWay): Html {
  const where = sendsMail
    ? html`<p>Nothing there after a few minutes? Check the spam folder and the spelling of the address.</p>`
    : html`<p>This server sends no mail. Whoever operates it finds the link in the folder <code>outbox</code> of the server's data directory.</p>`;
  return layout(
    'Check your mail',
    html`<div class="card">
<h1>Check your mail</h1>
<p class="lead">If ${email} has an account here, a link is on its way. It works once, for an hour.</p>
${where}
<p class="aside"><a href="/sign-in">Back to sign in</a></p>
</div>`,
  );
}

export function newPasswordPage({ token, error }: { token: string; error?: string }): Html {
  return layout(
    'Choose a new password',
    html`<div class="card">
<h1>Choose a new password</h1>
<p class="lead">Setting it signs you out everywhere.</p>
${alert(error)}
<form method="post" action="/reset-password">
<input type="hidden" name="token" value="${token}">
${field({
  name: 'password',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  minLength: PASSWORD_LENGTH.min,
  hint: `At least ${PASSWORD_LENGTH.min} characters; a few unrelated words are good.`,
})}
${submit('Set password')}
</form>
</div>`,
  );
}

export const passwordIsSetPage = (): Html =>
  layout(
    'Password set',
    html`<div class="card"><h1>Your password is set</h1>
<p class="lead">The old one no longer works, and every session has ended.</p>
<p class="actions"><a class="button" href="/sign-in">Sign in</a></p></div>`,
  );

export const deadResetPage = (): Html =>
  layout(
    'Link',
    html`<div class="card"><h1>This link no longer works</h1>
<p class="lead">It was used, or has expired: it works once, for an hour.</p>
<p class="actions"><a class="button" href="/forgotten-password">Ask for a new link</a></p></div>`,
  );
