/** Holds the hash by which two policies of one revision are told apart. */

import { createHash } from 'node:crypto';
import type { PolicyDocument, RegistryProfile } from '@pullgate/policy';
import { formatCanonicalJson } from './canonical-json.ts';

/** Hash over what decides: `sha256:` and 64 hexadecimal digits over the canonical JSON of document and profiles. */
export function contentHashOf(document: PolicyDocument, profiles: readonly RegistryProfile[]): string {
  const canonical = formatCanonicalJson({ document, profiles });
  return `sha256:${createHash('sha256').update(canonical, 'utf8').digest('hex')}`;
}
