/** HTML as tagged templates: whatever is put in is escaped, unless it is HTML of ours already. */

const escaped = new WeakSet<Html>();

export interface Html {
  readonly text: string;
}

type Part = string | number | Html | readonly Html[] | undefined;

/** Another's text in a page of ours would run in the owner's session. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = strings.map((string, at) => `${string}${format(parts[at])}`).join('');
  const made = { text };
  escaped.add(made);
  return made;
}

function format(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  if (Array.isArray(part)) return part.map(format).join('');
  return escaped.has(part as Html) ? (part as Html).text : '';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
