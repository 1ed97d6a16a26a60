/** What a machine, a registry or a member may write in the hope that a page runs it, or shows something else. Shared by tests. */

/** Sets this on the window of a page that lets it run. */
export const PROOF = 'pullgateWasHere';

const RUN = `window.${PROOF}=1`;

/** What a name may not hold: it would look like another. */
export const REFUSED_IN_NAMES = '\u202egpj.exe';

export const HOSTILE_TEXTS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `"><svg onload="${RUN}">`,
  `'"><iframe srcdoc="<script>parent.${PROOF}=1</script>">`,
  `javascript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `</title></textarea><script>${RUN}</script>`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  '<b>bold</b>&lt;i&gt;&amp;',
  '=HYPERLINK("https://evil.example","click")',
  REFUSED_IN_NAMES,
  `${'w'.repeat(120)}`,
];
