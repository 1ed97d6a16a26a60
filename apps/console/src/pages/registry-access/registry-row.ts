/** A row of the list of registries. */

import type { Registry } from '../../api/registries.ts';

/** A registry, or the place of Docker Hub when no entry names it. */
export type RegistryRow = Registry | 'hub-missing';

export const isHub = ({ registry }: Registry) => registry === 'docker.io';
