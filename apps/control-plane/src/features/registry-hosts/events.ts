/** What Activity keeps of hosts that registries use: that one was seen, and what became of it. */

import type { NewActivity } from '../activity/service.ts';

export interface HostOfRegistry {
  readonly id: string;
  readonly registry: string;
  readonly host: string;
}

const target = ({ id }: HostOfRegistry) => ({ kind: 'registry-host', id });

/** Once per registry and host, by the first machine that reports it. */
export const hostSeen = (seen: HostOfRegistry, kind: string): NewActivity => ({
  event: 'registry.host-seen',
  target: target(seen),
  after: { registry: seen.registry, host: seen.host, kind },
  text: `saw ${seen.registry} use an unknown host: ${seen.host} (${kind})`,
});

export const hostAccepted = (seen: HostOfRegistry, list: string): NewActivity => ({
  event: 'registry.host-accepted',
  target: target(seen),
  after: { registry: seen.registry, host: seen.host, list },
  text: `accepted ${seen.host} as a host of ${seen.registry} into the draft (${list})`,
});

export const hostDismissed = (seen: HostOfRegistry): NewActivity => ({
  event: 'registry.host-dismissed',
  target: target(seen),
  after: { registry: seen.registry, host: seen.host },
  text: `dismissed ${seen.host} as a host of ${seen.registry}`,
});
