/** Enrols a machine that is somewhere else and has no network: makes what is carried to it. Writes nothing itself. */

import { generateKeyPair, type PrivateJwk, type SignedBundle } from '@pullgate/bundle';
import { AgentError } from '../agent-error.ts';
import { type Clock, systemClock } from '../clock.ts';
import { parseServer } from '../config.ts';
import {
  type ControlPlaneClient,
  createControlPlaneClient,
  type DocumentKind,
} from '../control-plane/client.ts';
import { createTransport } from '../control-plane/transport.ts';
import { askForPlace, type PinnedPlace } from './ask-for-place.ts';
import { type PreparedMachine, verifyPrepared } from './prepared-machine.ts';

export interface PrepareOptions {
  readonly server: string;
  /** Enrolment token; spent by this. */
  readonly token: string;
  readonly name: string;
  /** How long the file may be used. */
  readonly lifeMs: number;
  readonly clock?: Clock;
}

/** @throws AgentError `SERVER_INSECURE`, `SERVER_REFUSED`, `SERVER_UNREACHABLE`, `SERVER_ANSWER_INVALID`; BundleError */
export async function prepareMachine(options: PrepareOptions): Promise<PreparedMachine> {
  const { clock = systemClock, token, name, lifeMs } = options;
  const server = parseServer(options.server, false);
  const { publicKey, privateKey } = generateKeyPair();
  // What it will run on is not known here.
  const config = await askForPlace({ server, token, name, os: 'unknown', arch: 'unknown' }, publicKey);
  const documents = await fetchDocuments(config, privateKey, clock);
  const madeAt = clock.now();
  const file: PreparedMachine = {
    kind: 'pullgate-prepared-machine',
    version: 1,
    madeAt,
    expiresAt: madeAt + lifeMs,
    config,
    key: { ...privateKey },
    ...documents,
  };
  await verifyPrepared(file, undefined);
  return file;
}

async function fetchDocuments(
  { server, machine }: PinnedPlace,
  key: PrivateJwk,
  clock: Clock,
): Promise<Record<DocumentKind, SignedBundle>> {
  const transport = createTransport({ server });
  try {
    const client = createControlPlaneClient({ transport, server, machineId: machine.id, key, clock });
    return { policy: await fetchOne(client, 'policy'), assignment: await fetchOne(client, 'assignment') };
  } finally {
    transport.close();
  }
}

async function fetchOne(client: ControlPlaneClient, kind: DocumentKind): Promise<SignedBundle> {
  const document = await client.fetchDocument(kind, undefined);
  if (document.outcome === 'unchanged')
    throw new AgentError('SERVER_ANSWER_INVALID', `expected the ${kind} from the control plane`);
  const { keys, payload } = document.bundle;
  return { keys, payload };
}
