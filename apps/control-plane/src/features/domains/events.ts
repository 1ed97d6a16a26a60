/** What Activity keeps of domains: the name. */

import type { SsoDomainsTable } from '../../database/people-schema.ts';
import type { ActivityEvent } from '../activity/events.ts';
import type { NewActivity } from '../activity/service.ts';

const entry = (event: ActivityEvent, { id, domain }: SsoDomainsTable, text: string): NewActivity => ({
  event,
  target: { kind: 'domain', id },
  after: { domain },
  text: `${text} the domain ${domain}`,
});

export const domainClaimed = (row: SsoDomainsTable) => entry('domain.claimed', row, 'claimed');
export const domainVerified = (row: SsoDomainsTable) => entry('domain.verified', row, 'proved');
export const domainReleased = (row: SsoDomainsTable) => entry('domain.released', row, 'released');
