/** The second step of a sign-in: a code of the authenticator app, or a backup code. */

import { type Html, html } from './html.ts';
import { alert, field, layout, submit } from './layout.ts';

export function secondFactorPage({ error, next }: { error?: string; next?: string }): Html {
  const goOn = next === undefined ? undefined : html`<input type="hidden" name="next" value="${next}">`;
  return layout(
    'Second factor',
    html`<div class="card">
<h1>Second factor</h1>
<p class="lead">Enter the six digits that your authenticator app shows, or one of your backup codes.</p>
${alert(error)}
<form method="post" action="/sign-in/second-factor">
${goOn}
${field({ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code' })}
${submit('Sign in')}
</form>
</div>`,
  );
}
