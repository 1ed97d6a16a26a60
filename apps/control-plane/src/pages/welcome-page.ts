/** The page on which the first owner sets e-mail address and password. */

import { PASSWORD_LENGTH } from '../sign-in/sign-in.ts';
import { type Html, html } from './html.ts';
import { alert, field, layout, submit } from './layout.ts';

export interface WelcomeForm {
  readonly code: string;
  readonly name?: string;
  readonly email?: string;
  /** What was wrong with the last attempt. */
  readonly error?: string;
}

const WITH_CODE = html`<p class="lead">You are the first owner. Set your address and password; this page works once.</p>`;
/** Who comes back to the address after the first time mostly has a password by now. */
const WITHOUT_CODE = html`<p class="lead">The first owner sets a password here, with a code that works once. You have a password already? <a href="/sign-in">Sign in</a></p>`;

export function welcomePage({ code, name, email, error }: WelcomeForm): Html {
  const codeField =
    code === ''
      ? field({ name: 'code', label: 'Welcome code', type: 'text', autocomplete: 'one-time-code' })
      : html`<input type="hidden" name="code" value="${code}">`;
  return layout(
    'Welcome',
    html`<div class="card">
<h1>Welcome to Pullgate</h1>
${code === '' ? WITHOUT_CODE : WITH_CODE}
${alert(error)}
<form method="post" action="/welcome">
${codeField}
${field({ name: 'name', label: 'Your name', type: 'text', autocomplete: 'name', ...(name === undefined ? {} : { value: name }) })}
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', ...(email === undefined ? {} : { value: email }) })}
${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'new-password',
  minLength: PASSWORD_LENGTH.min,
  hint: `At least ${PASSWORD_LENGTH.min} characters; a few unrelated words are good.`,
})}
${submit('Set password and sign in')}
</form>
</div>`,
  );
}
