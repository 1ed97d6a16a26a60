/** The local page as text: what this machine obeys and how to sign in. Shows no people and no rules. */

import type { LocalStatus } from '@pullgate/protocol';

export const STYLE_PATH = '/pullgate.css';

/** What the page is allowed to know; picked here, so that what `status` learns later does not show by itself. */
export interface PageFacts {
  readonly organization: string;
  readonly mode: string | undefined;
  readonly isConnected: boolean;
  readonly signIn: {
    readonly state: 'off' | 'satisfied' | 'required';
    readonly mechanism: string;
    readonly place?: string;
    readonly allowedOrgs: readonly string[];
    readonly problem?: string;
  };
}

export function toPageFacts({ organization, policy, connection, signIn }: LocalStatus): PageFacts {
  const { state, mechanism, place, allowedOrgs, problem } = signIn;
  return {
    organization: organization?.name ?? 'no organization',
    mode: policy?.mode,
    isConnected: connection.state === 'connected',
    signIn: {
      state,
      mechanism,
      allowedOrgs,
      ...(place === undefined ? {} : { place }),
      ...(problem === undefined ? {} : { problem }),
    },
  };
}

const PROTECTION: Readonly<Record<string, string>> = {
  enforce: 'Protected: registries that are not allowed are denied',
  observe: 'Watched: nothing is denied yet',
  off: 'Not protected',
};

export function formatPage({ organization, mode, isConnected, signIn }: PageFacts): string {
  const protection =
    mode === undefined ? 'No policy yet: every registry is denied' : (PROTECTION[mode] ?? mode);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>This machine · Pullgate</title>
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header><span class="brand"><span class="gate" aria-hidden="true"></span>Pullgate</span></header>
<main>
<h1>This machine belongs to ${escapeHtml(organization)}</h1>
<p class="lead">${escapeHtml(protection)}.${isConnected ? '' : ' The control plane is away; the last policy stays in force.'}</p>
${formatSignIn(signIn)}
<p class="hint">More: <code>pullgate status</code></p>
</main>
</body>
</html>
`;
}

function formatSignIn({ state, mechanism, place, allowedOrgs, problem }: PageFacts['signIn']): string {
  if (mechanism === 'none')
    return '<div class="card"><h2>Sign-in</h2><p>Not required on this machine.</p></div>';
  const by = `Required by <code>${escapeHtml(place ?? mechanism)}</code>${place === undefined ? '' : ` (${escapeHtml(mechanism)})`}.`;
  if (problem !== undefined) {
    return `<div class="card"><h2>Sign-in</h2><p>${by}</p>
<p class="alert">It cannot be read, so nobody can satisfy it: ${escapeHtml(problem)}</p>
<p>Tell the person who looks after this machine.</p></div>`;
  }
  const who = escapeHtml(formatOr(allowedOrgs));
  const now =
    state === 'satisfied'
      ? '<p>It is satisfied.</p>'
      : `<p class="alert">Nobody of ${who} is signed in: registries are denied until somebody is. Containers that run go on.</p>
<p>In a terminal:</p><pre><code>pullgate login</code></pre>`;
  return `<div class="card"><h2>Sign-in with ${who}</h2><p>${by}</p>${now}</div>`;
}

const formatOr = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names come from a server and paths from a disk; neither may run in a page. */
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** The look of the control plane's pages, as far as this one needs it. */
export const STYLE = `:root {
  color-scheme: light dark;
  --paper: #f7f7f4; --card: #ffffff; --ink: #1d2129; --soft: #5b6270; --line: #d9dbe0;
  --accent: #1f5f4f; --alert: #9b1c1c; --alert-paper: #fdf0f0; --code: #f0f1ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e8eaee; --soft: #a3abb9; --line: #343a44;
    --accent: #6fc3ab; --alert: #ffb4b4; --alert-paper: #3a1f21; --code: #12151a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1.25rem 0; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
.brand { display: inline-flex; gap: .6rem; align-items: center; font-weight: 650; letter-spacing: .01em; }
.gate { width: 1.1rem; height: 1.1rem; border: .22rem solid var(--accent); border-bottom: 0; border-radius: .6rem .6rem 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1.5rem; margin-top: 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .4rem; text-wrap: balance; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: .4rem 0; }
.lead, .hint { color: var(--soft); }
.hint { font-size: .9rem; margin-top: 1.25rem; }
.alert { color: var(--alert); background: var(--alert-paper); border-radius: .45rem; padding: .6rem .8rem; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .45rem; padding: .7rem .9rem; overflow-x: auto; }
code { font-family: ui-monospace, monospace; font-size: .92rem; }
`;
