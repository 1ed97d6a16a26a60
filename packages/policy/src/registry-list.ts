/**
 * Reads a list of registries as people keep them: lines to paste, a table saved as CSV, or the JSON by which the original is
 * configured. Says which hosts the list names; whether they are valid, the policy judges.
 *
 *     list  = json | lines
 *     lines = *( [ line ] [ "#" comment ] newline )
 *     line  = host [ ( "," | ";" | tab | blanks ) nickname [ ( "," | ";" | tab ) allowed ] ]
 *     json  = '[' *( string | entry ) ']' | '{ "custom_registries": [ *entry ], "standard_registries": [ *entry ] }'
 *     entry = '{ "address" | "registry" | "host" | "id": …, "friendly_name" | "nickname" | "name": …, "allowed": … }'
 */

export interface ListedRegistry {
  readonly registry: string;
  readonly name?: string;
  /** `false`: the list says that it is not allowed. */
  readonly allowed: boolean;
  /** From 1; for JSON the place in its list. */
  readonly line: number;
}

export interface RegistryList {
  readonly entries: readonly ListedRegistry[];
  /** Lines that name no host. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Never throws: what cannot be read is a problem of its line. */
export function parseRegistryList(text: string): RegistryList {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  return /^[[{]/.test(trimmed) && !isIpv6Line(trimmed) ? parseJsonList(trimmed) : parseLines(trimmed);
}

/** `[::1]:5000` begins like a JSON list. */
function isIpv6Line(text: string): boolean {
  return /^\[[0-9a-f]*:[0-9a-f:.]*\]/i.test(text);
}

type Read = ListedRegistry | { readonly line: number; readonly message: string };

function collect(read: readonly Read[]): RegistryList {
  return {
    entries: read.filter((one) => 'registry' in one),
    problems: read.filter((one) => 'message' in one),
  };
}

function parseJsonList(text: string): RegistryList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { entries: [], problems: [{ line: 1, message: 'begins like JSON, and is not' }] };
  }
  return collect(toItems(value).map((item, at) => toEntry(item, at + 1)));
}

function toItems(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const {
    standard_registries: standard,
    custom_registries: custom,
    registries,
  } = Object(value) as Record<string, unknown>;
  return [standard, custom, registries].flatMap((list) => (Array.isArray(list) ? list : []));
}

/** Names of the original's own registries. */
const STANDARD: Readonly<Record<string, string>> = { dockerhub: 'docker.io' };

function toEntry(item: unknown, line: number): Read {
  if (typeof item === 'string') return toListed(item, undefined, true, line);
  const fields = Object(item) as Record<string, unknown>;
  const first = (...keys: string[]) =>
    keys
      .map((key) => fields[key])
      .find((value): value is string => typeof value === 'string' && value !== '');
  const host = first('address', 'registry', 'host', 'id');
  if (host === undefined) return { line, message: 'names no address' };
  const known = STANDARD[host.toLowerCase()];
  const name = first('friendly_name', 'nickname', 'name');
  return toListed(known ?? host, name, fields.allowed !== false, line);
}

/** Headings that a table may begin with. */
const HEADING = /^"?(registry|address|host|registry address|registry host|url)"?\s*([,;\t]|$)/i;

function parseLines(text: string): RegistryList {
  const lines = text.split(/\r\n|\r|\n/).map((content, at) => ({ content, line: at + 1 }));
  const read = lines
    .filter(({ content, line }) => !(line === 1 && HEADING.test(content)))
    .map(({ content, line }) => ({ content: content.replace(/(^|\s)#.*$/, '').trim(), line }))
    .filter(({ content }) => content !== '')
    .map(({ content, line }) => {
      const [host = '', name, allowed] = toCells(content);
      return toListed(host, name, !/^(false|no|0|denied|blocked)$/i.test(allowed ?? ''), line);
    });
  return collect(read);
}

/** Cells of a table's line, or a host and the rest of the line behind blanks. */
function toCells(line: string): string[] {
  if (!/[,;\t]/.test(line)) {
    const [, host = '', name] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    return [unquote(host), unquote(name ?? '')];
  }
  const cells = line.matchAll(/\s*("(?:[^"]|"")*"|[^,;\t]*)\s*(?:[,;\t]|$)/g);
  return [...cells].map(([, cell = '']) => unquote(cell.trim()));
}

function unquote(cell: string): string {
  return /^".*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"').trim() : cell;
}

/** People paste addresses as their browser shows them. */
function toListed(host: string, name: string | undefined, allowed: boolean, line: number): Read {
  const registry = host
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/.*$/, '');
  if (registry === '') return { line, message: 'names no host' };
  return { registry, ...(name === undefined || name === '' ? {} : { name }), allowed, line };
}
