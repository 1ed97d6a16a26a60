/** Brings published policies to machines: signs, then announces. Leaves streams to the hub, bytes to the documents. */

import type { Announcement } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../../database/schema.ts';
import type { Publications } from '../../publications.ts';
import { type EventStream, formatEvent } from '../machines/event-stream.ts';
import type { MachineRef } from './assignment-content.ts';
import type { Assignments } from './assignments.ts';
import type { AnnouncementKind, EventHub } from './event-hub.ts';
import type { PolicyBundles, SignedDocument } from './policy-bundles.ts';
import { listOrganizationsWithPolicy } from './store.ts';

export interface BundleService {
  policy(organizationId: string): Promise<SignedDocument>;
  readonly assignments: Assignments;
  /** Opens the machine's stream and tells it at once what is in force. */
  connect(machine: MachineRef, stream: EventStream): Promise<void>;
  disconnect(machine: MachineRef, stream: EventStream): void;
  /** Signs again what has grown old, and announces it. */
  renew(): Promise<void>;
  /** Resolves when no announcement is under way. */
  idle(): Promise<void>;
}

export interface BundleServiceDependencies {
  readonly db: Kysely<Database>;
  readonly log: Logger;
  readonly clock: () => number;
  readonly publications: Publications;
  readonly policies: PolicyBundles;
  readonly assignments: Assignments;
  readonly hub: EventHub;
}

export function createBundleService(dependencies: BundleServiceDependencies): BundleService {
  const { log, publications, policies, assignments, hub } = dependencies;
  const announcePolicy = async (organizationId: string): Promise<void> => {
    const document = await policies.current(organizationId);
    const machines = await hub.announce(organizationId, 'policy', toAnnouncement('policy', document));
    log.info({ organizationId, revision: document.revision, machines }, 'policy announced');
  };
  const underWay = new Set<Promise<void>>();
  publications.subscribe(({ organizationId }) => {
    policies.invalidate(organizationId);
    const work = announcePolicy(organizationId)
      .catch((err: unknown) => {
        log.error({ err, organizationId }, 'published policy could not be signed');
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  });
  return {
    policy: (organizationId) => policies.current(organizationId),
    assignments,
    connect: async (machine, stream) => {
      hub.add(machine, stream);
      try {
        stream.send(toFrame('policy', await policies.current(machine.organizationId)));
        stream.send(toFrame('assignment', await assignments.head(machine)));
      } catch (err) {
        // The machine comes back with growing pauses; a stream that stayed open would tell it that all is well.
        log.error({ err, ...machine }, 'machine could not be told what is in force');
        stream.end();
      }
    },
    disconnect: (machine, stream) => hub.remove(machine, stream),
    renew: () => renew(dependencies, announcePolicy),
    idle: async () => {
      await Promise.all(underWay);
    },
  };
}

async function renew(
  { db, clock, policies, log }: BundleServiceDependencies,
  announce: (organizationId: string) => Promise<void>,
): Promise<void> {
  for (const organizationId of await listOrganizationsWithPolicy(db)) {
    try {
      const before = clock();
      const { issuedAt } = await policies.current(organizationId);
      if (issuedAt >= before) await announce(organizationId);
    } catch (err) {
      log.error({ err, organizationId }, 'policy could not be signed again');
    }
  }
}

function toFrame(kind: AnnouncementKind, document: Omit<SignedDocument, 'body'>): string {
  return formatEvent(kind, toAnnouncement(kind, document));
}

/**
 * The URL of a policy names its bytes, so that a cache may keep them for every machine that knows the name; that of an
 * assignment is the machine's own.
 */
export function toAnnouncement(kind: AnnouncementKind, document: Omit<SignedDocument, 'body'>): Announcement {
  const { epoch, revision, etag } = document;
  const name = kind === 'policy' ? `?bundle=${etag.replaceAll('"', '')}` : '';
  return { epoch, revision, etag, url: `/agent/v1/${kind}${name}` };
}
