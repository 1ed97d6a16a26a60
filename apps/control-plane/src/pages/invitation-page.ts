/** The page of an invitation: who invites to what, and the one thing that is left to do. */

import { PASSWORD_LENGTH } from '../sign-in/sign-in.ts';
import { isUnknownAddress } from '../sign-in/unknown-address.ts';
import { type Html, html } from './html.ts';
import { alert, field, layout, submit } from './layout.ts';

export interface InvitationFacts {
  readonly code: string;
  readonly invitation: {
    readonly email: string;
    readonly role: string | null;
    readonly organizationName: string;
    readonly inviterName: string;
    readonly inviterEmail: string;
  };
  /** Whether somebody has an account with this address. */
  readonly isKnown: boolean;
  /** Who is signed in in this browser. */
  readonly person?: { readonly email: string };
  readonly error?: string;
}

export function invitationPage(facts: InvitationFacts): Html {
  const { invitation, error } = facts;
  return layout(
    'Invitation',
    html`<div class="card">
<h1>Join ${invitation.organizationName}</h1>
<p class="lead">${toLead(invitation)}</p>
${alert(error)}
${toStep(facts)}
</div>`,
  );
}

function toLead({ email, role, inviterName, inviterEmail }: InvitationFacts['invitation']): string {
  const what = `${email} as ${role ?? 'member'}.`;
  return isUnknownAddress(inviterEmail) ? `This invites ${what}` : `${inviterName} invites ${what}`;
}

function toStep({ code, invitation, isKnown, person }: InvitationFacts): Html {
  const hidden = html`<input type="hidden" name="code" value="${code}">`;
  if (person !== undefined && person.email.toLowerCase() !== invitation.email) {
    return html`<p>You are signed in as ${person.email}; the invitation is for ${invitation.email}. Sign out, then open the invitation again.</p>
<form method="post" action="/sign-out">${submit('Sign out', 'quiet')}</form>`;
  }
  if (person !== undefined) {
    return html`<form method="post" action="/invitation">${hidden}${submit('Join')}</form>`;
  }
  if (isKnown) {
    const next = encodeURIComponent(`/invitation?code=${code}`);
    return html`<p>This address has an account already. Sign in to join.</p>
<p class="actions"><a class="button" href="/sign-in?next=${next}">Sign in</a></p>`;
  }
  return html`<form method="post" action="/invitation">
${hidden}
${field({ name: 'name', label: 'Your name', type: 'text', autocomplete: 'name' })}
${field({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'new-password',
  minLength: PASSWORD_LENGTH.min,
  hint: `At least ${PASSWORD_LENGTH.min} characters; a few unrelated words are good.`,
})}
${submit('Set password and join')}
</form>`;
}

export const deadInvitationPage = (): Html =>
  layout(
    'Invitation',
    html`<div class="card"><h1>This invitation no longer works</h1>
<p class="lead">It was used, was taken back, or has expired. Ask whoever invited you for a new one.</p>
<p class="aside">You have an account already? <a href="/sign-in">Sign in</a></p></div>`,
  );
