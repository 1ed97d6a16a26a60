/** What Activity keeps of a registry in the draft: the entry before and after. */

import type { RegistryEntry } from '@pullgate/policy';
import type { NewActivity } from '../activity/service.ts';

const target = (id: string) => ({ kind: 'registry', id });

export const registryAdded = (after: RegistryEntry): NewActivity => ({
  event: 'registry.added',
  target: target(after.id),
  after,
  text: `added ${after.registry} (${after.id}) to the draft`,
});

export const registryEdited = (before: RegistryEntry, after: RegistryEntry): NewActivity => ({
  event: 'registry.edited',
  target: target(after.id),
  before,
  after,
  text: `edited ${after.registry} (${after.id}) in the draft`,
});

export const registryRemoved = (before: RegistryEntry): NewActivity => ({
  event: 'registry.removed',
  target: target(before.id),
  before,
  text: `removed ${before.registry} (${before.id}) from the draft`,
});
