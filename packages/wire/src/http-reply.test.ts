import type { Decision } from '@pullgate/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeDenial, encodeOciError, encodeReasonPhrase } from './http-reply.ts';

const denial: Decision = {
  verdict: 'deny',
  effect: 'refuse',
  reason: 'NOT_LISTED',
  revision: 2,
  mode: 'enforce',
  message: 'acme does not allow ghcr.io (not on the list, r2). Ask in #platform',
};
const toText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('encodeDenial', () => {
  it('says the sentence in the reason phrase and in the body', () => {
    const body = `{"errors":[{"code":"DENIED","message":"${denial.message}","detail":{"reason":"NOT_LISTED","ruleId":"hub","revision":2}}]}\n`;
    expect(toText(encodeDenial({ ...denial, ruleId: 'hub' }))).toBe(
      `HTTP/1.1 403 ${denial.message}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  });

  it('answers malformed requests with 400 and HEAD without a body', () => {
    expect(toText(encodeDenial({ ...denial, reason: 'REFERENCE_INVALID' }))).toMatch(/^HTTP\/1\.1 400 acme/);
    expect(toText(encodeDenial(denial, { headOnly: true }))).toMatch(/\r\n\r\n$/);
  });

  it('lets no text end the status line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 400, max: 599 }), (message, status) => {
        const [head = '', body = ''] = toText(encodeOciError({ status, code: 'UNAVAILABLE', message })).split(
          '\r\n\r\n',
        );
        expect(head.split('\r\n')).toHaveLength(4);
        expect(head).toMatch(/^[\x20-\x7e\r\n]*$/);
        expect(JSON.parse(body).errors[0].message.length).toBeLessThanOrEqual(300);
      }),
    );
  });
});

describe('encodeReasonPhrase', () => {
  it('is printable ASCII of at most 300 bytes', () => {
    expect(encodeReasonPhrase('a\r\nSet-Cookie: b\0é')).toBe('a??Set-Cookie: b??');
    expect(encodeReasonPhrase('x'.repeat(1000))).toHaveLength(300);
  });
});
