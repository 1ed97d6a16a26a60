/** Keeps the last good documents on disk, and the greatest positions ever reached. Leaves verifying them to `bundle-store.ts`. */

import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundlePosition, MAX_BUNDLE_BYTES, type SignedBundle } from '@pullgate/bundle';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { systemCodeOf } from '../agent-error.ts';
import type { DocumentKind } from '../control-plane/client.ts';
import { writeDurably } from '../data-dir/write-durably.ts';

const StoredBundle = Type.Object({
  /** When this machine took it; milliseconds since the Unix epoch. For people only. */
  takenAt: Type.Integer({ minimum: 0 }),
  keys: Type.String(),
  payload: Type.String(),
});

export interface StoredBundle extends SignedBundle {
  readonly takenAt: number;
}

const Position = Type.Object({
  epoch: Type.Integer(),
  revision: Type.Integer(),
  issuedAt: Type.Integer(),
  contentHash: Type.Optional(Type.String()),
});
const Positions = Type.Object({
  fingerprint: Type.String(),
  policy: Type.Optional(Position),
  assignment: Type.Optional(Position),
});

export type Positions = { readonly [kind in DocumentKind]?: BundlePosition };

export interface BundleFiles {
  /** `damaged`: there is a file, but not one that this agent wrote. */
  load(kind: DocumentKind): Promise<StoredBundle | 'missing' | 'damaged'>;
  store(kind: DocumentKind, bundle: StoredBundle): Promise<void>;
  /** Keeps a bad file for whoever wants to know, under a name that is not read. */
  setAside(kind: DocumentKind): Promise<void>;
  loadPositions(): Promise<Positions>;
  storePositions(positions: Positions): Promise<void>;
}

/** Reads the text of a stored document. Whether it is genuine, `@pullgate/bundle` says. */
export function parseStoredBundle(text: string): StoredBundle | 'damaged' {
  const value = parseJson(text);
  return Value.Check(StoredBundle, value) ? value : 'damaged';
}

/** Name of a document's file in the agent's directory. */
export const toBundleName = (kind: DocumentKind): string => `${kind}.bundle.json`;

/** Twice the limit leaves room for the JSON around it; a larger file was not written by this agent. */
export const MAX_STORED_BYTES = 2 * MAX_BUNDLE_BYTES;

/** `fingerprint`: positions reached under another recovery key do not count. */
export function createBundleFiles(dir: string, fingerprint: string): BundleFiles {
  const pathOf = (kind: DocumentKind): string => join(dir, toBundleName(kind));
  const positionsFile = join(dir, 'positions.json');
  return {
    load: (kind) => loadBundle(pathOf(kind)),
    store: (kind, bundle) => writeDurably(pathOf(kind), JSON.stringify(bundle)),
    setAside: (kind) => rename(pathOf(kind), `${pathOf(kind)}.rejected`).catch(() => undefined),
    loadPositions: async () => {
      const value = await readJson(positionsFile);
      return Value.Check(Positions, value) && value.fingerprint === fingerprint ? toPositions(value) : {};
    },
    storePositions: (positions) => writeDurably(positionsFile, JSON.stringify({ fingerprint, ...positions })),
  };
}

async function loadBundle(path: string): Promise<StoredBundle | 'missing' | 'damaged'> {
  try {
    if ((await stat(path)).size > MAX_STORED_BYTES) return 'damaged';
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' ? 'missing' : 'damaged';
  }
  const value = await readJson(path);
  return Value.Check(StoredBundle, value) ? value : 'damaged';
}

async function readJson(path: string): Promise<unknown> {
  try {
    return parseJson(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toPositions(stored: { policy?: BundlePosition; assignment?: BundlePosition }): Positions {
  return {
    ...(stored.policy === undefined ? {} : { policy: stored.policy }),
    ...(stored.assignment === undefined ? {} : { assignment: stored.assignment }),
  };
}
