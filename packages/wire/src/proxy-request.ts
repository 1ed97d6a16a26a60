/** Decodes the head of a request to an HTTP/1.1 forward proxy. Leaves bodies and what to do with the request to the proxy. */

import { quote } from '@pullgate/errors';
import { type Authority, parseAuthority } from './authority.ts';
import { createHeadCollector } from './head-collector.ts';
import {
  type BodyFraming,
  decodeFields,
  decodeRequestFraming,
  fieldValues,
  type HeaderField,
  isToken,
} from './http-fields.ts';

interface RequestHead {
  readonly method: string;
  readonly target: Authority;
  readonly minorVersion: 0 | 1;
  readonly fields: readonly HeaderField[];
}

export interface ConnectRequest extends RequestHead {
  readonly kind: 'connect';
}

export interface ForwardRequest extends RequestHead {
  readonly kind: 'forward';
  /** Starts with `/`. */
  readonly path: string;
  /** Without the question mark; `undefined` when there is none. */
  readonly query: string | undefined;
  readonly framing: BodyFraming;
}

export type ProxyRequest = ConnectRequest | ForwardRequest;

export type ProxyRequestResult =
  | { readonly kind: 'more' }
  | {
      readonly kind: 'request';
      readonly request: ProxyRequest;
      /** Length of the head. */
      readonly bytes: number;
      /** What came behind the head in the last chunk. */
      readonly rest: Uint8Array;
    }
  | { readonly kind: 'invalid'; readonly status: 400 | 431; readonly problem: string };

export interface ProxyRequestDecoder {
  /** Feeds the next bytes. After `request` or `invalid` the decoder is spent: the next request takes a new one. */
  decode(chunk: Uint8Array): ProxyRequestResult;
  /** Whether any byte has come. */
  readonly started: boolean;
}

/** What Go, nginx and node:http take as well; engines send less than 2 KiB. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** Engines send about ten fields. */
export const MAX_HEAD_LINES = 101;
/** The longest registered method has 17 characters. */
const MAX_METHOD_LENGTH = 32;

type Invalid = Extract<ProxyRequestResult, { kind: 'invalid' }>;
type Parsed = ProxyRequest | Invalid;

/**
 * Decodes one request head, however it is cut into chunks (RFC 9112, 2 to 6, and 9110, 9.3.6):
 *
 *     request   = request-line *( field-line CRLF ) CRLF
 *     line      = method SP target SP "HTTP/1." ( "0" / "1" ) CRLF
 *     target    = authority with port                       ; CONNECT
 *               / "http://" authority [ path ] [ "?" query ]  ; every other method
 *
 * Where the standard lets a recipient be lenient, this one is strict: the sender may be hostile, and the next hop may
 * read leniency otherwise.
 */
export function createProxyRequestDecoder(): ProxyRequestDecoder {
  const collector = createHeadCollector({ maxBytes: MAX_HEAD_BYTES, maxLines: MAX_HEAD_LINES });

  function decode(chunk: Uint8Array): ProxyRequestResult {
    const stranger = collector.size === 0 ? recognizeStranger(chunk[0]) : undefined;
    if (stranger !== undefined) return invalid(stranger);
    const head = collector.push(chunk);
    if (head.kind === 'more') return head;
    if (head.kind === 'invalid') return invalid(head.problem, head.tooLarge ? 431 : 400);
    const parsed = parseHead(head.lines);
    if (parsed.kind === 'invalid') return parsed;
    return { kind: 'request', request: parsed, bytes: collector.size, rest: head.rest };
  }
  return {
    decode,
    get started() {
      return collector.size > 0;
    },
  };
}

/** Decodes a head that is whole already; `more` when it is not. */
export function decodeProxyRequest(bytes: Uint8Array): ProxyRequestResult {
  return createProxyRequestDecoder().decode(bytes);
}

/** Other protocols are told by their first byte, so that a wrongly configured client learns what is wrong. */
function recognizeStranger(first: number | undefined): string | undefined {
  if (first === 0x16)
    return 'this port speaks plain HTTP to its clients, not TLS: write http:// in the proxy setting';
  if (first === 0x04 || first === 0x05) return 'this port is an HTTP proxy, not a SOCKS proxy';
  return undefined;
}

function parseHead(lines: readonly string[]): Parsed {
  const [first = '', ...rest] = lines;
  const parts = first.split(' ');
  const [method = '', target = '', version = ''] = parts;
  if (parts.length !== 3) return invalid('the request line is not "method target version"');
  if (!isToken(method) || method.length > MAX_METHOD_LENGTH) return invalid('the method is not a token');
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0')
    return invalid('the version is not HTTP/1.1 or HTTP/1.0');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x20\x7f-\xff]/.test(target))
    return invalid('the target holds characters that are not printable ASCII');
  const minorVersion = version === 'HTTP/1.1' ? 1 : 0;
  const decoded = decodeFields(rest);
  if (!decoded.ok) return invalid(decoded.problem);
  const host = checkHost(decoded.fields, minorVersion);
  if (host !== undefined) return invalid(host);
  const head = { method, minorVersion, fields: decoded.fields } as const;
  return method === 'CONNECT' ? parseConnect(head, target) : parseForward(head, target);
}

/**
 * RFC 9112, 3.2: exactly one Host in HTTP/1.1. Its value may differ from the target: the target alone is judged and
 * dialled, and a forwarded request gets its Host from there (3.2.2).
 */
function checkHost(fields: readonly HeaderField[], minorVersion: 0 | 1): string | undefined {
  const count = fieldValues(fields, 'host').length;
  if (count > 1) return 'the host header is given more than once';
  return count === 0 && minorVersion === 1 ? 'the host header is missing' : undefined;
}

type HeadStart = Omit<RequestHead, 'target'>;

function parseConnect(head: HeadStart, target: string): Parsed {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target) || target.startsWith('/')) {
    return invalid(`CONNECT wants host:port, not ${show(target)}`);
  }
  const authority = parseAuthority(target);
  if (!authority.ok) return invalid(`${authority.problem}: ${show(target)}`);
  const framing = decodeRequestFraming(head.fields, head.minorVersion);
  if (!framing.ok) return invalid(framing.problem);
  if (framing.framing.kind !== 'none') return invalid('CONNECT has no body');
  return { ...head, kind: 'connect', target: authority.authority };
}

function parseForward(head: HeadStart, target: string): Parsed {
  if (target.startsWith('/') || target === '*') {
    return invalid('this is a proxy: send the whole URL (http://host/path), or CONNECT for https');
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(target)?.[1]?.toLowerCase();
  if (scheme === 'https') return invalid('https goes through CONNECT host:port');
  if (scheme !== 'http') return invalid(`the target is not an http:// URL: ${show(target)}`);
  const split = splitUrl(target.slice('http://'.length));
  if (typeof split === 'string') return invalid(`${split}: ${show(target)}`);
  const authority = parseAuthority(split.authority, 80);
  if (!authority.ok) return invalid(`${authority.problem}: ${show(target)}`);
  const framing = decodeRequestFraming(head.fields, head.minorVersion);
  if (!framing.ok) return invalid(framing.problem);
  const { path, query } = split;
  return { ...head, kind: 'forward', target: authority.authority, path, query, framing: framing.framing };
}

interface UrlParts {
  readonly authority: string;
  readonly path: string;
  readonly query: string | undefined;
}

function splitUrl(text: string): UrlParts | string {
  if (text.includes('#')) return 'a fragment is not sent to a proxy';
  if (/%(?![0-9a-f]{2})/i.test(text)) return 'a percent sign is not followed by two hexadecimal digits';
  const mark = text.indexOf('?');
  const before = mark < 0 ? text : text.slice(0, mark);
  const slash = before.indexOf('/');
  const path = slash < 0 ? '/' : before.slice(slash);
  if (path.includes('\\')) return 'the path holds a backslash';
  return {
    authority: slash < 0 ? before : before.slice(0, slash),
    path,
    query: mark < 0 ? undefined : text.slice(mark + 1),
  };
}

/** The target for a message, which clients print and the log keeps: what stands before an `@` may be a password. */
function show(target: string): string {
  const at = target.lastIndexOf('@');
  return quote(at < 0 ? target : `...${target.slice(at)}`);
}

function invalid(problem: string, status: 400 | 431 = 400): Invalid {
  return { kind: 'invalid', status, problem };
}
