/** Says what of the sightings the control plane has not heard yet. Leaves sending to `report-sender.ts`. */

import type { SeenHostReport } from '@pullgate/protocol';
import type { RegistryHost } from '@pullgate/reference';
import { keyOf, type Sighting, type Sightings } from './sightings.ts';

/** The protocol's limit for one report. */
const MAX_HOSTS = 100;

export interface Reports {
  /** The next report; undefined when everything was told. */
  next(): SeenHostReport | undefined;
  /** The control plane has this report, or will never take it. */
  acknowledge(report: SeenHostReport): void;
}

/** After a start everything is told once more; that changes nothing where it was told before. */
export function createReports(
  sightings: Sightings,
  isUnknown: (registry: RegistryHost, host: RegistryHost) => boolean,
): Reports {
  /** How many attempts, or sightings beyond the limits, were told. */
  const told = new Map<string, number>();
  const isNews = (key: string, count: number): boolean => told.get(key) !== count;
  const tell = (key: string, count: number) => told.set(key, count);
  const isReported = (sighting: Sighting): boolean =>
    isNews(keyOf(sighting), sighting.attempts) && isUnknown(sighting.registry, sighting.host);
  return {
    next: () => {
      const { sightings: kept, overflow } = sightings.state();
      const hosts = kept.filter(isReported).slice(0, MAX_HOSTS);
      const registries = [...overflow.registries]
        .map(([registry, count]) => ({ registry, sightings: count }))
        .filter((one) => isNews(`${overflow.day} ${one.registry}`, one.sightings));
      if (hosts.length === 0 && registries.length === 0) return undefined;
      return { hosts, ...(registries.length === 0 ? {} : { overflow: { day: overflow.day, registries } }) };
    },
    acknowledge: ({ hosts, overflow }) => {
      for (const host of hosts) tell(keyOf(host), host.attempts);
      for (const { registry, sightings: count } of overflow?.registries ?? []) {
        tell(`${overflow?.day} ${registry}`, count);
      }
      forgetOld(told);
    },
  };
}

/** Keys of sightings that were forgotten, and of days gone by, are told again at worst. */
function forgetOld(told: Map<string, number>): void {
  const excess = told.size - 2000;
  for (const key of [...told.keys()].slice(0, Math.max(0, excess))) told.delete(key);
}
