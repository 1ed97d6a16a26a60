import { describe, expect, it } from 'vitest';
import { createConnectReplyDecoder, encodeConnect } from './connect-reply.ts';

const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('connect replies', () => {
  it('asks with and without credentials', () => {
    const target = { host: '2001:db8::1', kind: 'ipv6', port: 443 } as const;
    expect(encodeConnect(target, undefined)).toBe(
      'CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n',
    );
    expect(encodeConnect(target, 'Basic eA==')).toContain('\r\nProxy-Authorization: Basic eA==\r\n');
  });

  it.each([
    [
      'HTTP/1.1 200 Connection established\r\n\r\nhi',
      { kind: 'reply', status: 200, phrase: 'Connection established' },
    ],
    ['HTTP/1.0 407 \r\nProxy-Authenticate: Basic\r\n\r\n', { kind: 'reply', status: 407, phrase: '' }],
    ['HTTP/1.1 200\r\n\r\n', { kind: 'reply', status: 200 }],
    ['HTTP/2 200 OK\r\n\r\n', { kind: 'invalid' }],
    ['SSH-2.0-x\r\n\r\n', { kind: 'invalid' }],
    ['HTTP/1.1 200 OK\n\n', { kind: 'invalid' }],
    ['HTTP/1.1 200 OK\r\n', { kind: 'more' }],
  ])('reads %j', (text, expected) => {
    expect(createConnectReplyDecoder().decode(toBytes(text))).toMatchObject(expected);
  });
});
