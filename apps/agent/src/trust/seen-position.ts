/** The note of the newest policy that root has seen, so that an older one, put back by whoever has the agent, is refused. Pure. */

import type { BundlePosition } from '@pullgate/bundle';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const Note = Type.Object({
  /** Of the recovery key; positions under another one do not count. */
  fingerprint: Type.String(),
  epoch: Type.Integer(),
  revision: Type.Integer(),
  contentHash: Type.Optional(Type.String()),
});

/** Without the time of signing: the server signs the same policy anew every few hours, which changes nothing here. */
export function formatPosition(
  { epoch, revision, contentHash }: BundlePosition,
  fingerprint: string,
): string {
  const hash = contentHash === undefined ? {} : { contentHash };
  return `${JSON.stringify({ fingerprint, epoch, revision, ...hash }, null, 2)}\n`;
}

/** Undefined: nothing was seen yet under this key. */
export function parsePosition(text: string | undefined, fingerprint: string): BundlePosition | undefined {
  const note = parseNote(text ?? '');
  if (!Value.Check(Note, note) || note.fingerprint !== fingerprint) return undefined;
  const { epoch, revision, contentHash } = note;
  return { epoch, revision, issuedAt: 0, ...(contentHash === undefined ? {} : { contentHash }) };
}

function parseNote(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
