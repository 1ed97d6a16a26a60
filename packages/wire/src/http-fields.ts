/** Decodes header fields and finds how a message body is framed (RFC 9110, 5; RFC 9112, 5 and 6). Leaves start lines to the callers. */

export interface HeaderField {
  /** As written by the peer. */
  readonly name: string;
  readonly value: string;
}

/** How the body of a message is delimited; `length` is in bytes. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' };

export type FieldsResult =
  | { readonly ok: true; readonly fields: readonly HeaderField[] }
  | { readonly ok: false; readonly problem: string };

export type FramingResult =
  | { readonly ok: true; readonly framing: BodyFraming }
  | { readonly ok: false; readonly problem: string };

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** HTAB, printable ASCII and obs-text; everything else could split a header or a log line. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Fields of a flat list of names and values, as Node gives `rawHeaders`. Total: a last name without a value is left out. */
export function toFields(raw: readonly string[]): readonly HeaderField[] {
  const fields: HeaderField[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2)
    fields.push({ name: raw[at] ?? '', value: raw[at + 1] ?? '' });
  return fields;
}

/** Whether `text` is a token (RFC 9110, 5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Decodes field lines that were cut at CRLF already:
 *
 *     field-line = token ":" OWS field-value OWS        ; no space before the colon, no line folding
 */
export function decodeFields(lines: readonly string[]): FieldsResult {
  const fields: HeaderField[] = [];
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) return refuse('a header line is folded');
    const colon = line.indexOf(':');
    if (colon < 0) return refuse('a header line has no colon');
    const name = line.slice(0, colon);
    if (!TOKEN.test(name)) return refuse('a header name is not a token');
    const value = trimOws(line.slice(colon + 1));
    if (!VALUE.test(value)) return refuse('a header value holds control characters');
    fields.push({ name, value });
  }
  return { ok: true, fields };
}

/** All values of a field, by its lower-case name. */
export function fieldValues(fields: readonly HeaderField[], name: string): readonly string[] {
  return fields.filter((field) => field.name.toLowerCase() === name).map((field) => field.value);
}

/**
 * How a request body is framed (RFC 9112, 6.3), in its strict reading: one Content-Length at most, `chunked` alone as
 * Transfer-Encoding, never both. A client that sends both wants two parsers to disagree about where a request ends.
 */
export function decodeRequestFraming(fields: readonly HeaderField[], minorVersion: 0 | 1): FramingResult {
  const lengths = fieldValues(fields, 'content-length');
  const codings = fieldValues(fields, 'transfer-encoding');
  if (codings.length > 0 && lengths.length > 0) {
    return refuseFraming('content-length and transfer-encoding exclude each other');
  }
  if (codings.length > 1) return refuseFraming('transfer-encoding is given more than once');
  const [coding] = codings;
  if (coding !== undefined) {
    if (minorVersion === 0) return refuseFraming('HTTP/1.0 has no transfer-encoding');
    if (coding.toLowerCase() !== 'chunked') return refuseFraming('transfer-encoding is not chunked');
    return { ok: true, framing: { kind: 'chunked' } };
  }
  return decodeLength(lengths);
}

function decodeLength(lengths: readonly string[]): FramingResult {
  if (lengths.length > 1) return refuseFraming('content-length is given more than once');
  const [text] = lengths;
  if (text === undefined) return { ok: true, framing: { kind: 'none' } };
  // 15 digits stay exact in a double; a longer body does not exist.
  if (!/^[0-9]{1,15}$/.test(text)) return refuseFraming('content-length is not a number');
  return {
    ok: true,
    framing: Number(text) === 0 ? { kind: 'none' } : { kind: 'length', length: Number(text) },
  };
}

/** Linear, unlike a regular expression anchored at the end. */
function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start += 1;
  while (end > start && isOws(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function refuse(problem: string): FieldsResult {
  return { ok: false, problem };
}

function refuseFraming(problem: string): FramingResult {
  return { ok: false, problem };
}
