/** The pages of single sign-on: on the way to the identity provider, and why it did not work. */

import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

export function ssoLeavePage(to: string): Html {
  return layout(
    'Sign in',
    html`<div class="card"><h1>To your identity provider</h1>
<p class="actions"><a class="button" href="${to}">Continue to ${new URL(to).host}</a></p></div>`,
  );
}

interface Failure {
  readonly status: number;
  readonly title: string;
  /** Fact, then the way out. */
  readonly text: string;
}

const AGAIN = 'Start again from the sign-in page.';
const OWNERS = 'Owners can sign in with e-mail address and password meanwhile (break-glass).';

const FAILURES: Readonly<Record<string, Failure>> = {
  no_connection: {
    status: 404,
    title: 'No single sign-on for this address',
    text: 'No organization here has connected an identity provider for its domain. Check the spelling, or sign in with your password.',
  },
  sso_off: {
    status: 404,
    title: 'Single sign-on is not connected',
    text: 'The organization has no identity provider any more. Sign in with your password, or ask an owner.',
  },
  provider_down: {
    status: 503,
    title: 'The identity provider does not answer',
    text: `Nobody can sign in through it until it is back; who is signed in stays so. Try again in a few minutes. ${OWNERS}`,
  },
  state_mismatch: {
    status: 400,
    title: 'This sign-in has ended',
    text: `It was used already, took too long, or began in another browser. ${AGAIN}`,
  },
  access_denied: {
    status: 403,
    title: 'The identity provider refused',
    text: `It did not let you in, or you cancelled. ${AGAIN}`,
  },
  nonce_mismatch: {
    status: 400,
    title: 'The answer belongs to another sign-in',
    text: `The identity provider answered for another sign-in than yours. ${AGAIN} If it happens again, tell an owner.`,
  },
  invalid_provider: {
    status: 502,
    title: 'The identity provider’s answer is not valid',
    text: `It could not be verified, so it was not believed. ${AGAIN} If it happens again, an owner can test the connection.`,
  },
  no_email: {
    status: 403,
    title: 'The identity provider gives no e-mail address',
    text: 'Without one nobody can be let in. Ask an owner to add the e-mail claim at the provider.',
  },
  foreign_domain: {
    status: 403,
    title: 'Your e-mail address is of another domain',
    text: 'The organization has not proved that this domain is its own. Sign in with your address there, or ask an owner.',
  },
  email_unverified: {
    status: 403,
    title: 'Your e-mail address is not verified',
    text: 'The identity provider has not checked that it is yours. Verify it there, then sign in again.',
  },
  deactivated: {
    status: 403,
    title: 'You are deactivated',
    text: 'An owner or administrator has deactivated you in this organization. Ask them if this is a mistake.',
  },
  not_a_member: {
    status: 403,
    title: 'You are not a member',
    text: 'New people are invited here. Ask an owner or administrator for an invitation.',
  },
  too_many_groups: {
    status: 403,
    title: 'You are in too many groups',
    text: 'The identity provider leaves them out of its answer. Ask an owner to let it send only the groups assigned to Pullgate.',
  },
};

const OTHER: Failure = {
  status: 502,
  title: 'Signing in did not work',
  text: `The identity provider or this server could not finish it. ${AGAIN} ${OWNERS}`,
};

export function ssoFailedPage(
  code: string,
  organization?: string,
): { readonly status: number; readonly page: Html } {
  const { status, title, text } = (Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined) ?? OTHER;
  const where = organization === undefined ? undefined : html`<p class="eyebrow">${organization}</p>`;
  const page = layout(
    title,
    html`<div class="card">${where}<h1>${title}</h1>
<p role="alert">${text}</p>
<p class="actions"><a class="button" href="/sign-in">Back to sign in</a></p>
<p class="hint aside">Code: ${code.slice(0, 64)}</p></div>`,
  );
  return { status, page };
}
