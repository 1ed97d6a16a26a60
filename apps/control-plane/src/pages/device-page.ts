/** The pages of `/device`: enter a code, look at who asks, allow or deny, and what became of it. */

import { isIP } from 'node:net';
import { type Html, html } from './html.ts';
import { alert, field, layout, submit } from './layout.ts';

export function codeFormPage({ error }: { readonly error?: string }): Html {
  return layout(
    'Sign in on a machine',
    html`<div class="card">
<h1>Sign in on a machine</h1>
<p class="lead">Enter the code that <code>pullgate login</code> shows on the machine.</p>
${alert(error)}
<form method="get" action="/device">
${field({ name: 'user_code', label: 'Code', type: 'text', autocomplete: 'off' })}
${submit('Continue')}
</form>
</div>`,
  );
}

export interface ConsentFacts {
  readonly userCode: string;
  readonly machineName: string;
  readonly login: string;
  /** Address that the code was asked from. */
  readonly address: string;
  /** Address of this browser. */
  readonly browserAddress: string;
  readonly askedAt: number;
  readonly now: number;
  readonly person: { readonly name: string; readonly email: string };
}

export function consentPage(facts: ConsentFacts): Html {
  const { machineName, login, person } = facts;
  return layout(
    'Allow a sign-in',
    html`<div class="card">
<h1>Sign in on ${machineName}?</h1>
<p class="lead">A machine wants to act as ${person.name} (${person.email}). Allow it only if you have just started this yourself and the machine shows the same code.</p>
${foreignAddress(facts)}
<dl>
<div><dt>Code</dt><dd>${formatUserCode(facts.userCode)}</dd></div>
<div><dt>Machine</dt><dd>${machineName}</dd></div>
<div><dt>Login there</dt><dd>${login}</dd></div>
<div><dt>Address</dt><dd>${facts.address} (${toPlace(facts)})</dd></div>
<div><dt>Asked</dt><dd>${toAge(facts.now - facts.askedAt)}</dd></div>
</dl>
<form method="post" action="/device">
<input type="hidden" name="user_code" value="${facts.userCode}">
<div class="actions"><button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="quiet">Deny</button></div>
</form>
</div>`,
  );
}

/** Somebody else may have started the sign-in and sent the link (RFC 8628, 5.4). */
function foreignAddress({ address, browserAddress }: ConsentFacts): Html | undefined {
  if (address === browserAddress) return undefined;
  return alert(
    `The machine is at ${address}, this browser at ${browserAddress}. If somebody sent you this link, deny it.`,
  );
}

const RESULTS = {
  allowed: ['Signed in', 'The machine goes on by itself. You can close this page.'],
  denied: ['Denied', 'The machine was not signed in. You can close this page.'],
  inactive: [
    'You cannot allow this',
    'Your account is not active in any organization. An owner of your organization can change that.',
  ],
  unknown: ['No such code', 'Nobody asked with this code. Compare it with what the machine shows.'],
  used: ['This code was used', 'A code works once. Run pullgate login again for a new one.'],
  expired: ['This code has expired', 'A code lives 10 minutes. Run pullgate login again for a new one.'],
} as const;

export function resultPage(result: keyof typeof RESULTS): Html {
  const [title, text] = RESULTS[result];
  const again =
    result === 'unknown' || result === 'used' || result === 'expired'
      ? html`<p class="aside"><a href="/device">Enter another code</a></p>`
      : undefined;
  return layout(title, html`<div class="card"><h1>${title}</h1><p class="lead">${text}</p>${again}</div>`);
}

/** As the command prints it: two halves are read aloud more easily. */
export function formatUserCode(code: string): string {
  return code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** Private and loopback ranges (RFC 1918, RFC 4193, RFC 6598, link-local); where else an address lies nobody here knows. */
const NEARBY =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd]|fe[89ab])/i;

function toPlace({ address, browserAddress }: ConsentFacts): string {
  const plain = address.replace(/^::ffff:/, '');
  if (plain === '::1' || plain.startsWith('127.')) return 'the machine of this server';
  if (address === browserAddress) return 'the same as this browser';
  if (isIP(plain) !== 0 && NEARBY.test(plain)) return 'a private network';
  return 'the internet';
}

function toAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute ago';
  return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`;
}
