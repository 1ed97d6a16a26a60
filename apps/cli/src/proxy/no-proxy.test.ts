import { describe, expect, it } from 'vitest';
import { isExcepted, isLoopback } from './no-proxy.ts';

describe('NO_PROXY', () => {
  it.each([
    ['https://pullgate.acme.example', 'acme.example', true],
    ['https://pullgate.acme.example', '.acme.example', true],
    ['https://pullgate.acme.example', '*.acme.example', true],
    ['https://pullgate.acme.example', 'PULLGATE.acme.example', true],
    ['https://notacme.example', 'acme.example', false],
    ['https://pullgate.acme.example', 'other.example pullgate.acme.example', true],
    ['https://pullgate.acme.example', 'pullgate.acme.example:443', true],
    ['https://pullgate.acme.example:8443', 'pullgate.acme.example:443', false],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://11.1.2.3', '10.0.0.0/99', false],
    ['https://[fd00::1]', 'fd00::/8', true],
    ['https://[fd00::1]', 'fd00::1', true],
    ['https://anything.example', '*', true],
    ['https://anything.example', '', false],
    ['https://anything.example', ',, .', false],
  ])('%s with %j: %j', (url, list, expected) => {
    expect(isExcepted(new URL(url), list)).toBe(expected);
  });
});

it.each([
  ['localhost', true],
  ['app.localhost', true],
  ['127.9.8.7', true],
  ['[::1]', true],
  ['localhost.evil.example', false],
  ['127.evil.example', false],
])('%s is this machine: %j', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
