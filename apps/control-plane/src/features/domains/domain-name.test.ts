import fc from 'fast-check';
import { expect, test } from 'vitest';
import { domainOfEmail, parseDomain } from './domain-name.ts';

test.each([
  ['acme.example', 'acme.example'],
  [' ACME.Example. ', 'acme.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['mail.acme.co.uk', 'mail.acme.co.uk'],
  ['acme.co.uk', 'acme.co.uk'],
])('%s is %s', (text, domain) => {
  expect(parseDomain(text)).toBe(domain);
});

test.each([
  'com',
  'co.uk',
  'com.au',
  '127.0.0.1',
  '0x7f.1',
  '::1',
  '[::1]',
  'a..b',
  '-a.example',
  'a_b.example',
  'acme.local',
  'acme.localhost',
  'http://acme.example',
  'acme.example/x',
  'user@acme.example',
  '*.acme.example',
  'acme.example:80',
  'acme.123',
])('%s cannot be claimed', (text) => {
  expect(() => parseDomain(text)).toThrow(expect.objectContaining({ code: 'DOMAIN_INVALID' }));
});

test('what was parsed parses to itself, and nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.string()), (text) => {
      try {
        expect(parseDomain(parseDomain(text))).toBe(parseDomain(text));
      } catch (error) {
        expect(error).toMatchObject({ code: 'DOMAIN_INVALID' });
      }
    }),
  );
});

test.each([
  ['ada@ACME.example', 'acme.example'],
  ['ada', undefined],
  ['ada@acme.example/x', undefined],
  ['@acme.example', undefined],
  ['ada@evil.example@acme.example', undefined],
])('the domain of %s is %s', (email, domain) => {
  expect(domainOfEmail(email)).toBe(domain);
});
