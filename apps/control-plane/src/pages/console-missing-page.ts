/** What a browser gets from a server whose console was not built. */

import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

export function consoleMissingPage(): Html {
  return layout(
    'Console',
    html`<section class="card"><h1>The console is not built</h1>
<p>The server works; only its web pages for owners are missing. Build them where the server is installed, then start it again:</p>
<pre><code>make console</code></pre>
<form method="post" action="/sign-out"><button class="quiet" type="submit">Sign out</button></form></section>`,
  );
}
