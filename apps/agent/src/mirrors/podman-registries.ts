/**
 * The text of a `registries.conf` of containers/image (version 2) that names mirrors, and what others have written into such
 * files. Read by Podman, Buildah and Skopeo. Pure.
 */

import type { Mirror, MirroredRegistry } from '@pullgate/policy';
import { OWN_FILE_COMMENT, toLocation } from './mirror-text.ts';

/** @param isSearching say where short names are looked up, because nobody else does */
export function formatPodmanRegistries(mirrored: readonly MirroredRegistry[], isSearching: boolean): string {
  const searched = mirrored.some(({ origin }) => origin === SHORT_NAMES);
  const lines = [
    OWN_FILE_COMMENT,
    ...(isSearching && searched ? [`unqualified-search-registries = ["${SHORT_NAMES}"]`] : []),
    ...mirrored.flatMap(toTables),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a name without a registry stands for. */
const SHORT_NAMES = 'docker.io';

/** A registry that is closed is replaced by the mirror that is asked last, so that nobody is told of it. */
function toTables({ origin, mirrors, isOriginOpen }: MirroredRegistry): readonly string[] {
  const first = isOriginOpen ? mirrors : mirrors.slice(0, -1);
  const last = isOriginOpen ? undefined : mirrors.at(-1);
  return [
    '',
    '[[registry]]',
    `prefix = ${JSON.stringify(origin)}`,
    ...(last === undefined ? [`location = ${JSON.stringify(origin)}`] : toEndpoint(last)),
    ...first.flatMap((mirror) => ['[[registry.mirror]]', ...toEndpoint(mirror)]),
  ];
}

const toEndpoint = (mirror: Mirror): readonly string[] => [
  `location = ${JSON.stringify(toLocation(mirror))}`,
  ...(mirror.insecure ? ['insecure = true'] : []),
];

/** What is found in a file of somebody else, as far as ours could contradict it. */
export interface FoundRegistries {
  /** Prefixes of its registries; where a table has none, its location is one. */
  readonly prefixes: readonly string[];
  /** Whether it says where short names are looked up. */
  readonly isSearching: boolean;
  /** Whether it is of version 1, beside which Podman refuses files of version 2. */
  readonly isVersion1: boolean;
}

/**
 * Reads as much of TOML as these files use: a table's header or `key = "value"` on a line. What is written otherwise is not found.
 *
 *     line   = ws ( "[[" name "]]" | "[" name "]" | key ws "=" ws value ) ws [ "#" comment ]
 */
export function parsePodmanRegistries(text: string): FoundRegistries {
  const prefixes: string[] = [];
  let table = '';
  let isSearching = false;
  let isVersion1 = false;
  let current: { prefix?: string; location?: string } = {};
  const close = (): void => {
    const prefix = current.prefix ?? current.location;
    if (prefix !== undefined) prefixes.push(prefix);
    current = {};
  };
  for (const line of text.split('\n')) {
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) {
      if (header === 'registry') close();
      table = header.trim();
      isVersion1 ||= VERSION_1.test(table);
      continue;
    }
    const [, key = '', double, single] = PAIR.exec(line) ?? [];
    if (table === '' && key === 'unqualified-search-registries') isSearching = true;
    const value = double ?? single;
    if (table === 'registry' && value !== undefined && (key === 'prefix' || key === 'location')) {
      current[key] = value;
    }
  }
  close();
  return { prefixes, isSearching, isVersion1 };
}

const HEADER = /^\s*\[{1,2}\s*([^[\]]+?)\s*\]{1,2}\s*(?:#.*)?$/;
const PAIR = /^\s*"?([A-Za-z-]+)"?\s*=\s*(?:"([^"\\]*)"|'([^']*)'|\S)/;
const VERSION_1 = /^registries\.(?:search|insecure|block)$/;
