import { expect, it } from 'vitest';
import { toMail } from './mail.ts';
import type { InvitationRow } from './store.ts';

const row = {
  email: 'dev@acme.example',
  role: 'member',
  inviterName: 'Olga\nTo: eve@evil.example',
  inviterEmail: 'olga@acme.example',
  organizationName: 'Acme',
  expiresAt: '2026-12-01T00:00:00.000Z',
} as InvitationRow;

it('names who invites, on one line', () => {
  expect(toMail(row, 'https://x/').text.split('\n')[0]).toBe(
    'Olga To: eve@evil.example (olga@acme.example) invites you to Acme as member.',
  );
});

it('names the organization alone while the owner has no address', () => {
  const { text } = toMail({ ...row, inviterName: 'Owner', inviterEmail: 'owner@acme.invalid' }, 'https://x/');
  expect(text.split('\n')[0]).toBe('You are invited to Acme as member.');
  expect(text).not.toContain('.invalid');
});
