/** Encodes CONNECT to a next proxy and decodes its reply (RFC 9110, 9.3.6). Leaves the tunnel behind it to the caller. */

import { type Authority, formatAuthority } from './authority.ts';
import { createHeadCollector } from './head-collector.ts';

export type ConnectReplyResult =
  | { readonly kind: 'more' }
  | { readonly kind: 'reply'; readonly status: number; readonly phrase: string; readonly rest: Uint8Array }
  | { readonly kind: 'invalid'; readonly problem: string };

export interface ConnectReplyDecoder {
  decode(chunk: Uint8Array): ConnectReplyResult;
}

/** Proxies answer with error pages' headers at most; the body of a refusal is not read. */
const REPLY_LIMITS = { maxBytes: 16 * 1024, maxLines: 101 };

/** `authorization` is the value of Proxy-Authorization. */
export function encodeConnect(target: Authority, authorization: string | undefined): string {
  const authority = formatAuthority(target);
  const credentials = authorization === undefined ? [] : [`Proxy-Authorization: ${authorization}`];
  return [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...credentials, '', ''].join('\r\n');
}

/** The phrase is the peer's text: pass it through `encodeReasonPhrase` or `quote` before showing it. */
export function createConnectReplyDecoder(): ConnectReplyDecoder {
  const collector = createHeadCollector(REPLY_LIMITS);
  return {
    decode(chunk) {
      const head = collector.push(chunk);
      if (head.kind === 'more') return head;
      if (head.kind === 'invalid') return { kind: 'invalid', problem: head.problem };
      const match = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: (.*))?$/.exec(head.lines[0] ?? '');
      if (match === null) return { kind: 'invalid', problem: 'the reply is not HTTP' };
      return { kind: 'reply', status: Number(match[1]), phrase: match[2] ?? '', rest: head.rest };
    },
  };
}
