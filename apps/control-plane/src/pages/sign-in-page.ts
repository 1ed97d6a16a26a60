/** The page that signs a person in. */

import { type Html, html } from './html.ts';
import { alert, field, layout, submit } from './layout.ts';

export interface SignInForm {
  readonly email?: string;
  readonly error?: string;
  /** Path of this server to go on to. */
  readonly next?: string;
}

export function signInPage({ email, error, next }: SignInForm): Html {
  const goOn = next === undefined ? undefined : html`<input type="hidden" name="next" value="${next}">`;
  return layout(
    'Sign in',
    html`<div class="card">
<h1>Sign in</h1>
${alert(error)}
<form method="post" action="/sign-in">
${goOn}
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', ...(email === undefined ? {} : { value: email }) })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })}
${submit('Sign in')}
</form>
<p class="aside"><a href="/forgotten-password">Forgotten your password?</a></p>
</div>
${ssoForm(goOn)}`,
  );
}

/** The address alone: its domain says which identity provider asks for the rest. */
function ssoForm(goOn: Html | undefined): Html {
  return html`<section class="card" aria-labelledby="sso">
<h2 id="sso">With your organization's account</h2>
<form method="post" action="/sign-in/sso">
${goOn}
<div class="field"><label for="sso-email">E-mail address at work</label>
<input id="sso-email" name="email" type="email" autocomplete="username" required></div>
${submit('Continue with single sign-on', 'quiet')}
</form>
</section>`;
}
