/** The version of a catalog: a day and a serial. Leaves which catalog is in force to the control plane. */

import { quote } from '@pullgate/errors';
import { CatalogError } from './catalog-error.ts';

export interface CatalogVersion {
  /** ISO 8601. */
  readonly day: string;
  readonly serial: number;
}

/**
 * Parses a version:
 *
 *     version = day "." serial
 *     day     = 4DIGIT "-" 2DIGIT "-" 2DIGIT     ; a day that there was
 *     serial  = 1..999                           ; without leading zeros
 *
 * @throws CatalogError `CATALOG_MALFORMED`
 */
export function parseCatalogVersion(text: string): CatalogVersion {
  const [, day = '', serial = ''] = /^([0-9]{4}-[0-9]{2}-[0-9]{2})\.([1-9][0-9]{0,2})$/.exec(text) ?? [];
  if (!isDay(day)) {
    throw new CatalogError(
      'CATALOG_MALFORMED',
      `expected a version such as 2026-11-24.1, got ${quote(text)}`,
    );
  }
  return { day, serial: Number(serial) };
}

function isDay(text: string): boolean {
  const time = Date.parse(text);
  return text !== '' && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Negative when `a` is the older one. @throws CatalogError `CATALOG_MALFORMED` */
export function compareCatalogVersions(a: string, b: string): number {
  const [first, second] = [parseCatalogVersion(a), parseCatalogVersion(b)];
  if (first.day !== second.day) return first.day < second.day ? -1 : 1;
  return first.serial - second.serial;
}
