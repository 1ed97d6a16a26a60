/** The page of a person's own account, and the step that shows what the authenticator app needs. */

import type { Account, AccountSession } from '@pullgate/protocol';
import { PASSWORD_LENGTH } from '../sign-in/sign-in.ts';
import { type Html, html } from './html.ts';
import { alert, field, layout, submit } from './layout.ts';

export interface AccountFacts {
  readonly account: Account;
  readonly sessions: readonly AccountSession[];
  readonly error?: string;
  /** What was just done. */
  readonly notice?: string;
  readonly next?: string;
}

export function accountPage(facts: AccountFacts): Html {
  const { account, error, notice } = facts;
  return layout(
    'Your account',
    html`<div class="row"><div><h1>${account.name}</h1><p class="lead">${account.email}</p></div>
<form method="post" action="/sign-out"><button class="quiet" type="submit">Sign out</button></form></div>
${alert(error)}
${notice === undefined ? undefined : html`<p class="notice" role="status">${notice}</p>`}
${secondFactorCard(facts)}
${passwordCard(account)}
${sessionsCard(facts.sessions)}
<p class="aside"><a href="/">Open the console</a></p>`,
    'wide',
  );
}

function secondFactorCard({ account, next }: AccountFacts): Html {
  return html`<section class="card" aria-labelledby="second-factor"><h2 id="second-factor">Second factor</h2>
${account.twoFactor ? whenOn(account) : whenOff(account, next)}</section>`;
}

function whenOff(account: Account, next: string | undefined): Html {
  const { twoFactorRequiredBy: by } = account;
  const why =
    by.length === 0
      ? html`<p>With a second factor, somebody who learns your password still cannot sign in.</p>`
      : html`<p class="notice">${by.join(', ')} requires a second factor of you. Set it up to go on.</p>`;
  return html`${why}
<p class="hint">You need an authenticator app on your phone or computer.</p>
<form method="post" action="/account/second-factor">${nextField(next)}
${confirmation(account, 'begin-password')}
${submit('Set up')}</form>`;
}

function whenOn(account: Account): Html {
  return html`<p>It is on: signing in with your password also asks for a code from your authenticator app.</p>
<details><summary>New backup codes</summary>
<form method="post" action="/account/backup-codes"><p>The codes you have now stop working.</p>
${confirmation(account, 'codes-password')}
${submit('Make new codes')}</form></details>
<details><summary>Turn it off</summary>
<form method="post" action="/account/second-factor/off"><p>Your password alone lets you in then, and an organization that requires a second factor locks you out.</p>
${confirmation(account, 'off-password')}
${submit('Turn off', 'danger')}</form></details>`;
}

/** Whoever finds a browser that is signed in must not change how its person signs in. */
function confirmation({ hasPassword }: Account, id: string): Html | undefined {
  if (!hasPassword) return undefined;
  return field({
    name: 'password',
    id,
    label: 'Your password',
    type: 'password',
    autocomplete: 'current-password',
  });
}

function passwordCard({ hasPassword }: Account): Html {
  const content = hasPassword
    ? html`<form method="post" action="/account/password">
${field({ name: 'current', label: 'Current password', type: 'password', autocomplete: 'current-password' })}
${field({
  name: 'wanted',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  minLength: PASSWORD_LENGTH.min,
  hint: `At least ${PASSWORD_LENGTH.min} characters. Every other session ends.`,
})}
${submit('Change password')}</form>`
    : html`<p>You sign in through your organization; there is no password here.</p>`;
  return html`<section class="card" aria-labelledby="password-title"><h2 id="password-title">Password</h2>${content}</section>`;
}

function sessionsCard(sessions: readonly AccountSession[]): Html {
  const others = sessions.filter(({ current }) => !current).length;
  const all =
    others < 2
      ? undefined
      : html`<form method="post" action="/account/sessions/end-others"><button class="quiet" type="submit">End all others</button></form>`;
  return html`<section class="card" aria-labelledby="sessions"><div class="row"><h2 id="sessions">Sessions</h2>${all}</div>
<ul class="list">${sessions.map(toItem)}</ul></section>`;
}

function toItem(session: AccountSession): Html {
  const { id, current, address, machines, createdAt } = session;
  const place = machines.map(({ name, login }) => `${name}, login ${login}`).join('; ');
  const since = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
  const what = place === '' ? toProgram(session.userAgent) : place;
  const end = current
    ? html`<span class="hint">this browser</span>`
    : html`<form method="post" action="/account/sessions/end"><input type="hidden" name="id" value="${id}">
<button class="quiet" type="submit" aria-label="End the session: ${what}, since ${since}">End</button></form>`;
  return html`<li><div><strong>${what}</strong><p class="hint">${address ?? 'address unknown'}, <time>since ${since} UTC</time></p></div>${end}</li>`;
}

/** In the order of who claims to be whom: Edge says Chrome too, and Chrome says Safari. */
const PROGRAMS = [
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['Windows', 'Windows'],
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

function toProgram(userAgent = ''): string {
  const find = (rows: readonly (readonly [string, string])[]) =>
    rows.find(([mark]) => userAgent.includes(mark))?.[1];
  const program = find(PROGRAMS);
  if (program === undefined) return userAgent === '' ? 'Unknown program' : userAgent.slice(0, 60);
  const system = find(SYSTEMS);
  return system === undefined ? program : `${program} on ${system}`;
}

export interface SetUpFacts {
  /** Absent after a wrong code: the app has the key already. */
  readonly begun?: { readonly totpURI: string; readonly backupCodes: readonly string[] };
  readonly error?: string;
  readonly next?: string;
}

export function secondFactorSetUpPage({ begun, error, next }: SetUpFacts): Html {
  return layout(
    'Second factor',
    html`<div class="card"><h1>Set up the second factor</h1>
${begun === undefined ? undefined : toKey(begun)}
${alert(error)}
<h2>Enter a code from the app</h2>
<form method="post" action="/account/second-factor/verify">${nextField(next)}
${field({ name: 'code', label: 'Code', type: 'text', autocomplete: 'one-time-code', hint: 'Six digits, which change every half minute.' })}
${submit('Turn on')}</form>
<p class="aside"><a href="/account">Start again</a></p></div>`,
  );
}

function toKey({ totpURI, backupCodes }: NonNullable<SetUpFacts['begun']>): Html {
  const key = new URL(totpURI).searchParams.get('secret') ?? '';
  return html`<h2>Add Pullgate to your authenticator app</h2>
<p>On the device that has the app: <a href="${totpURI}">open the app</a>. Elsewhere, enter this key there:</p>
<p class="key"><code>${(key.match(/.{1,4}/g) ?? []).join(' ')}</code></p>
<h2>Keep the backup codes</h2>
<p>Each works once, in place of the app. They are shown only now.</p>
${codeList(backupCodes)}`;
}

export const backupCodesPage = (codes: readonly string[]): Html =>
  layout(
    'Backup codes',
    html`<div class="card"><h1>Your new backup codes</h1>
<p class="lead">Each works once, in place of the app. They are shown only now; the old ones no longer work.</p>
${codeList(codes)}
<p class="actions"><a class="button" href="/account">I have saved them</a></p></div>`,
  );

const codeList = (codes: readonly string[]): Html =>
  html`<ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>`;

const nextField = (next: string | undefined): Html | undefined =>
  next === undefined ? undefined : html`<input type="hidden" name="next" value="${next}">`;
