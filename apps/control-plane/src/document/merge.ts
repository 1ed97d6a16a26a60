/** Brings a draft up to a policy that was published meanwhile: a three-way merge by rule and key. Pure. */

import { isDeepStrictEqual } from 'node:util';
import type { PolicyDocument } from '@pullgate/policy';
import type { Unit } from './edit-yaml.ts';

export interface Merge {
  /** Units that changed on the published side only: to be copied into the draft. */
  readonly take: readonly Unit[];
  /** Units that both sides changed, each in its own way. */
  readonly conflicts: readonly Unit[];
}

type Units = ReadonlyMap<string, { readonly unit: Unit; readonly value: unknown }>;

export function mergeUnits(base: PolicyDocument, draft: PolicyDocument, published: PolicyDocument): Merge {
  const [was, ours, theirs] = [unitsOf(base), unitsOf(draft), unitsOf(published)];
  const take: Unit[] = [];
  const conflicts: Unit[] = [];
  for (const [name, unit] of namesOf(was, ours, theirs)) {
    const same = (a: Units, b: Units) => isDeepStrictEqual(a.get(name)?.value, b.get(name)?.value);
    if (same(was, theirs) || same(ours, theirs)) continue;
    if (same(was, ours)) take.push(unit);
    else conflicts.push(unit);
  }
  return { take, conflicts };
}

/** `/registries/hub`, `/deny/centos`, `/contact`. */
export function formatUnit(unit: Unit): string {
  return 'key' in unit ? `/${unit.key}` : `/${unit.list}/${unit.id}`;
}

function unitsOf({ registries, deny, ...rest }: PolicyDocument): Units {
  const units: Unit[] = [
    ...registries.map(({ id }) => ({ list: 'registries', id }) as const),
    ...deny.map(({ id }) => ({ list: 'deny', id }) as const),
    ...Object.keys(rest).map((key) => ({ key })),
  ];
  const values = [...registries, ...deny, ...Object.values(rest)];
  return new Map(units.map((unit, at) => [formatUnit(unit), { unit, value: values[at] }]));
}

function namesOf(...sides: readonly Units[]): Map<string, Unit> {
  return new Map(sides.flatMap((side) => [...side].map(([name, { unit }]) => [name, unit] as const)));
}
