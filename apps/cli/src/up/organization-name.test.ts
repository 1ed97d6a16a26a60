import { describe, expect, it } from 'vitest';
import { proposeOrganization, SLUG_PATTERN } from './organization-name.ts';

describe('the proposed organization', () => {
  it.each([
    ['anna@acme.example', 'laptop', 'acme'],
    ['anna@mail.acme.co.uk', 'laptop', 'acme'],
    ['anna@acme.example', 'laptop.other.example', 'acme'],
    [undefined, 'laptop.acme.example', 'acme'],
    [undefined, 'laptop', 'my-organization'],
    ['anna', 'laptop', 'my-organization'],
    ['anna@localhost', '', 'my-organization'],
    ['anna@_.example', 'x', 'my-organization'],
  ])('for %s on %s is %s', (email, hostName, expected) => {
    const proposal = proposeOrganization(email === undefined ? {} : { email }, hostName);
    expect(proposal).toBe(expected);
    expect(proposal).toMatch(SLUG_PATTERN);
  });
});
