import type { SeenHostKind } from '@pullgate/protocol';
import { parseRegistryHost } from '@pullgate/reference';
import { arbitraryRegistryHost } from '@pullgate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSightings, keyOf, SIGHTING_LIMITS } from './sightings.ts';

const NOON = Date.UTC(2026, 10, 28, 12);
const DAY = 86_400_000;
const quay = parseRegistryHost('quay.io');
const hostOf = (index: number) => parseRegistryHost(`cdn${index}.example`);

const limits = { perRegistryAndDay: 3, perDay: 5, kept: 8, overflowingRegistries: 2 };

describe('createSightings', () => {
  it('keeps one host once per registry and kind, and counts attempts of 30 s', () => {
    const sightings = createSightings();
    const add = (at: number, kind: SeenHostKind = 'blob') => sightings.add(quay, hostOf(1), kind, at);
    expect(add(NOON)).toBe('new');
    expect(add(NOON + 29_000)).toBe('same');
    expect(add(NOON + 30_000)).toBe('again');
    expect(add(NOON, 'token')).toBe('new');
    expect(sightings.state().sightings).toMatchObject([
      { registry: 'quay.io', host: 'cdn1.example', kind: 'blob', firstSeenAt: NOON, attempts: 2 },
      { kind: 'token', attempts: 1 },
    ]);
  });

  it('takes so many new hosts of one registry a day, counts the rest, and begins anew with the day', () => {
    const sightings = createSightings(undefined, limits);
    const outcomes = [1, 2, 3, 4, 4].map((index) => sightings.add(quay, hostOf(index), 'blob', NOON));
    expect(outcomes).toEqual(['new', 'new', 'new', 'overflow', 'overflow']);
    expect(sightings.state().overflow).toEqual({ day: '2026-11-28', registries: new Map([['quay.io', 2]]) });
    expect(sightings.add(quay, hostOf(1), 'blob', NOON + 60_000)).toBe('again');
    expect(sightings.add(quay, hostOf(4), 'blob', NOON + DAY)).toBe('new');
  });

  it('takes so many of all registries a day', () => {
    const sightings = createSightings(undefined, limits);
    const outcomes = [1, 2, 3, 4, 5, 6].map((index) =>
      sightings.add(hostOf(index), hostOf(0), 'token', NOON),
    );
    expect(outcomes).toEqual(['new', 'new', 'new', 'new', 'new', 'overflow']);
  });

  it('forgets the longest unseen when there are too many', () => {
    const sightings = createSightings(undefined, limits);
    for (let index = 0; index < 9; index += 1) {
      sightings.add(hostOf(index), hostOf(0), 'blob', NOON + Math.floor(index / 4) * DAY);
    }
    const { sightings: kept } = sightings.state();
    expect(kept).toHaveLength(8);
    expect(kept.map(({ registry }) => registry)).not.toContain(hostOf(0));
  });

  it('stays within its limits whatever it is told, and over a restart', () => {
    const sighting = fc.tuple(
      fc.oneof(fc.constant(quay), arbitraryRegistryHost()),
      arbitraryRegistryHost(),
      fc.constantFrom<SeenHostKind>('token', 'blob', 'upload', 'mirror'),
      fc.integer({ min: NOON, max: NOON + 3 * DAY }),
    );
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 60 }), (list) => {
        let sightings = createSightings(undefined, limits);
        for (const [registry, host, kind, at] of list) {
          sightings.add(registry, host, kind, at);
          sightings = createSightings(sightings.state(), limits);
        }
        const { sightings: kept, overflow } = sightings.state();
        expect(kept.length).toBeLessThanOrEqual(limits.kept);
        expect(overflow.registries.size).toBeLessThanOrEqual(limits.overflowingRegistries);
        expect(new Set(kept.map(keyOf)).size).toBe(kept.length);
      }),
    );
  });

  it('costs a registry that never stops little', () => {
    const sightings = createSightings();
    for (let index = 0; index < 20_000; index += 1) sightings.add(quay, hostOf(index), 'blob', NOON);
    expect(sightings.state().sightings).toHaveLength(SIGHTING_LIMITS.perRegistryAndDay);
    expect(sightings.state().overflow.registries.get('quay.io')).toBe(20_000 - 20);
  });
});
