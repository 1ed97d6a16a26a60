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

/** One entry for all of them, with every host: some hundred kilobytes at most. */
export const registriesAdded = (after: readonly RegistryEntry[]): NewActivity => ({
  event: 'registry.bulk-added',
  target: { kind: 'draft', id: 'draft' },
  after: { registries: after.map(({ id, registry }) => ({ id, registry })) },
  text: `added ${after.length} ${after.length === 1 ? 'registry' : 'registries'} at once to the draft`,
});
