/**
 * Holds the last good policy and assignment: verifies what comes, keeps it on disk, compiles it, and swaps the snapshot in one
 * assignment. Leaves fetching to `control-plane/`. The order is that of semantics 7: size, signature, order, schema, compile,
 * write, swap; whatever fails leaves what was in force before.
 */

import {
  type AssignmentPayload,
  type BundlePosition,
  type PolicyPayload,
  type PublicJwk,
  type SignedBundle,
  type Verified,
  verifyAssignmentBundle,
  verifyPolicyBundle,
} from '@pullgate/bundle';
import { CodedError } from '@pullgate/errors';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { DocumentKind } from '../control-plane/client.ts';
import { createBundleFiles, type Positions, type StoredBundle } from './bundle-files.ts';
import { compileSnapshot, type Snapshot } from './snapshot.ts';

export interface Rejection {
  readonly kind: DocumentKind;
  /** Code of the bundle or policy package; `STORED_DAMAGED` for a file that is not one of this agent's. */
  readonly code: string;
  readonly message: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export type Offer = 'taken' | 'unchanged' | 'rejected';

export interface BundleStore {
  /** Loads and verifies again what an earlier run kept. Never throws: what is bad is set aside and reported. */
  load(): Promise<void>;
  /** Judges a fetched document. Never throws: a rejection is a state that is reported, and what was in force stays. */
  offer(kind: DocumentKind, bundle: SignedBundle): Promise<Offer>;
  /** What is in force; undefined when there is no policy. */
  snapshot(): Snapshot | undefined;
  positions(): Positions;
  /** When the policy in force was taken. */
  takenAt(): number | undefined;
  /** The last document that was rejected; cleared when one of its kind is taken. */
  rejection(): Rejection | undefined;
  has(kind: DocumentKind): boolean;
}

export interface BundleStoreOptions {
  readonly dir: string;
  readonly organizationId: string;
  readonly machineId: string;
  readonly recoveryKey: PublicJwk;
  readonly fingerprint: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What is in force was exchanged, and is given by `snapshot` already. */
  readonly onSwap?: () => void;
}

interface Held {
  policy?: PolicyPayload;
  assignment?: AssignmentPayload;
  takenAt?: number;
}

export function createBundleStore(options: BundleStoreOptions): BundleStore {
  const { clock, log, machineId } = options;
  const files = createBundleFiles(options.dir, options.fingerprint);
  let held: Held = {};
  let positions: Positions = {};
  let snapshot: Snapshot | undefined;
  let rejection: Rejection | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const reject = (kind: DocumentKind, error: unknown): void => {
    rejection = { kind, ...toReason(error), at: clock.now() };
    log.warn({ kind, code: rejection.code, err: error }, 'document rejected');
  };
  const verify = (kind: DocumentKind, bundle: SignedBundle): Promise<Verified<unknown>> => {
    const position = positions[kind];
    const trust = { ...options, ...(position === undefined ? {} : { position }) };
    return kind === 'policy' ? verifyPolicyBundle(bundle, trust) : verifyAssignmentBundle(bundle, trust);
  };
  const compile = (next: Held): Snapshot | undefined =>
    next.policy === undefined ? undefined : compileSnapshot(next.policy, next.assignment, machineId);
  const swap = (next: Held, compiled: Snapshot | undefined): void => {
    held = next;
    snapshot = compiled;
    options.onSwap?.();
  };
  /** A full disk keeps no new policy out of force: it holds for this run, and is fetched again in the next. */
  const keep = async (kind: DocumentKind, bundle: StoredBundle, position: BundlePosition): Promise<void> => {
    positions = { ...positions, [kind]: position };
    try {
      await files.store(kind, bundle);
      await files.storePositions(positions);
    } catch (error) {
      log.error({ kind, err: error }, 'document not kept on disk');
    }
  };
  const take = async (kind: DocumentKind, { keys, payload }: SignedBundle): Promise<Offer> => {
    const verified = await verify(kind, { keys, payload });
    // A machine whose last good file was lost takes the very same document again.
    if (!verified.news && held[kind] !== undefined) return 'unchanged';
    const takenAt = clock.now();
    const next = toHeld(held, kind, verified.payload, takenAt);
    const compiled = compile(next);
    await keep(kind, { takenAt, keys, payload }, verified.position);
    swap(next, compiled);
    if (rejection?.kind === kind) rejection = undefined;
    log.info({ kind, ...verified.position }, 'document taken');
    return 'taken';
  };
  const loadOne = async (kind: DocumentKind): Promise<void> => {
    const stored = await files.load(kind);
    if (stored === 'missing') return;
    try {
      if (stored === 'damaged') throw new Error('the stored document cannot be read');
      const verified = await verify(kind, stored);
      const next = toHeld(held, kind, verified.payload, stored.takenAt);
      swap(next, compile(next));
      if (verified.news) positions = { ...positions, [kind]: verified.position };
    } catch (error) {
      reject(kind, error);
      await files.setAside(kind);
    }
  };
  return {
    load: async () => {
      positions = await files.loadPositions();
      await loadOne('policy');
      await loadOne('assignment');
    },
    offer: (kind, bundle) => {
      const turn = last
        .then(() => take(kind, bundle))
        .catch((error: unknown): Offer => {
          reject(kind, error);
          return 'rejected';
        });
      last = turn;
      return turn;
    },
    snapshot: () => snapshot,
    positions: () => positions,
    takenAt: () => held.takenAt,
    rejection: () => rejection,
    has: (kind) => held[kind] !== undefined,
  };
}

function toHeld(held: Held, kind: DocumentKind, payload: unknown, takenAt: number): Held {
  return kind === 'policy'
    ? { ...held, policy: payload as PolicyPayload, takenAt }
    : { ...held, assignment: payload as AssignmentPayload };
}

function toReason(error: unknown): Pick<Rejection, 'code' | 'message'> {
  if (error instanceof CodedError) return { code: error.code, message: error.message };
  return { code: 'STORED_DAMAGED', message: error instanceof Error ? error.message : 'unknown' };
}
