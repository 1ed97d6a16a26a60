/** The pages at the root: sign-in, and what to do next. */

import { type Html, html } from './html.ts';
import { alert, field, layout } from './layout.ts';

export interface HomeOrganization {
  readonly slug: string;
  readonly name: string;
  readonly role: string;
  readonly mode?: string;
  readonly revision?: number;
}

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
<button type="submit">Sign in</button>
</form>
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
<button class="quiet" type="submit">Continue with single sign-on</button>
</form>
</section>`;
}

/** In the words of the documentation. */
const MODES: Readonly<Record<string, string>> = {
  off: 'Nothing is decided and nothing is recorded.',
  observe: 'Machines record what would be denied, and block nothing.',
  enforce: 'Machines stop what the policy does not allow.',
};

export function homePage(
  person: { readonly name: string },
  organizations: readonly HomeOrganization[],
): Html {
  return layout(
    'Home',
    html`<div class="row"><p class="lead">Signed in as ${person.name}</p>
<form method="post" action="/sign-out"><button class="quiet" type="submit">Sign out</button></form></div>
${organizations.map(organizationCard)}
<section class="card" aria-labelledby="next">
<h1 id="next">What to do next</h1>
<p>The command line is signed in already where the server was set up.</p>
<h2>Point Docker on this machine at the agent; it shows what it changes before it does</h2>
<pre><code>sudo bin/pullgate agent install</code></pre>
<h2>Allow a registry</h2>
<pre><code>pullgate registry add quay.io
pullgate policy apply</code></pre>
<h2>See what is pulled, then enforce</h2>
<pre><code>pullgate decision list --follow
pullgate mode enforce</code></pre>
</section>`,
  );
}

function organizationCard({ name, role, mode, revision }: HomeOrganization): Html {
  const figures =
    mode === undefined || revision === undefined
      ? undefined
      : html`<p class="lead">${MODES[mode]}</p>
<dl><div><dt>Mode</dt><dd>${mode}</dd></div><div><dt>Policy</dt><dd>revision ${revision}</dd></div><div><dt>Your role</dt><dd>${role}</dd></div></dl>`;
  return html`<section class="card"><h1>${name}</h1>${figures}</section>`;
}
