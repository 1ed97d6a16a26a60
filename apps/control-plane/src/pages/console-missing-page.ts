/** What a browser gets from a server whose console was not built. */

import { type Html, html } from './html.ts';
import { layout, submit } from './layout.ts';

export function consoleMissingPage(): Html {
  return layout(
    'Console',
    html`<section class="card"><h1>The console is not built</h1>
<p>The server works; only the console is missing. Build it where the server is installed, then start the server again:</p>
<pre><code>make console</code></pre>
<form method="post" action="/sign-out">${submit('Sign out', 'quiet')}</form></section>`,
  );
}
