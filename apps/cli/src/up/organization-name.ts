/** Proposes the name of the first organization. Pure. */

import type { CliConfig } from '../config.ts';

/** Slug of an organization, as the API defines it. */
export const SLUG_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** Top-level names under which people register a level further down. */
const SECOND_LEVELS = new Set(['ac', 'co', 'com', 'edu', 'gov', 'net', 'org']);

/** From the owner's e-mail (`anna@mail.acme.co.uk` → `acme`), else from the host's domain, else a name that says what it is. */
export function proposeOrganization(owner: CliConfig['owner'], hostName: string): string {
  const mailDomain = owner.email?.split('@').at(-1);
  return fromDomain(mailDomain) ?? fromDomain(hostName.split('.').slice(1).join('.')) ?? 'my-organization';
}

function fromDomain(domain: string | undefined): string | undefined {
  const labels = (domain ?? '').toLowerCase().split('.').slice(0, -1);
  const label = SECOND_LEVELS.has(labels.at(-1) ?? '') ? (labels.at(-2) ?? labels.at(-1)) : labels.at(-1);
  return label !== undefined && SLUG_PATTERN.test(label) ? label : undefined;
}
