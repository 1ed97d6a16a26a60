/** What a group of the identity provider gives, as written on the command line: `GROUP=team:SLUG,role:NAME`. */

import { quote } from '@pullgate/errors';
import type { GroupMapping } from '@pullgate/protocol';
import { toUsageError } from '../cli-error.ts';
import { parseRole } from './parse-role.ts';

export const parseMappings = (texts: readonly string[]): GroupMapping[] =>
  texts.length === 1 && texts[0] === 'none' ? [] : texts.map(parseMapping);

/** The last `=` divides: names of groups may hold one (`CN=dev,OU=acme`). */
export function parseMapping(text: string): GroupMapping {
  const at = text.lastIndexOf('=');
  const gives = text.slice(at + 1).split(',');
  const teams = gives.filter((word) => word.startsWith('team:')).map((word) => word.slice(5));
  const [role, ...others] = gives
    .filter((word) => word.startsWith('role:'))
    .map((word) => parseRole(word.slice(5)));
  if (at < 1 || others.length > 0 || teams.length + (role === undefined ? 0 : 1) !== gives.length) {
    throw toUsageError(
      `expected GROUP=team:SLUG,role:NAME, got ${quote(text)}`,
      "for example: --map 'engineers=team:platform,role:member'",
    );
  }
  return {
    group: text.slice(0, at),
    ...(teams.length === 0 ? {} : { teams }),
    ...(role === undefined ? {} : { role }),
  };
}

export function formatMapping({ group, teams = [], role }: GroupMapping): string {
  const gives = [...teams.map((slug) => `team:${slug}`), ...(role === undefined ? [] : [`role:${role}`])];
  return `${group}=${gives.join(',')}`;
}
