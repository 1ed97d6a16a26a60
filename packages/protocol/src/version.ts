/** Holds the version of the protocol between control plane and agent, with its dated history. */

export interface ProtocolVersion {
  readonly version: number;
  /** Day on which it was settled, ISO 8601. */
  readonly since: string;
  readonly changes: string;
}

/** Oldest first. A control plane speaks the last version and the one before. */
export const PROTOCOL_HISTORY: readonly ProtocolVersion[] = [
  {
    version: 1,
    since: '2026-11-24',
    changes: 'enrolment, policy and assignment by GET with ETag, announcements, heartbeat, decision batches',
  },
  {
    version: 2,
    since: '2026-11-28',
    changes: 'hosts that registries were seen to use, reported to registry-hosts',
  },
];

export const PROTOCOL_VERSION = 2;
export const OLDEST_PROTOCOL_VERSION = 1;

/** Request header in which an agent names the version it speaks. */
export const PROTOCOL_HEADER = 'pullgate-protocol';

/** Says, on a sign-in by password, that a machine is signed in by it: such a session ends when the machine's sign-in does. */
export const SIGN_IN_FOR_HEADER = 'pullgate-sign-in-for';
export const SIGN_IN_FOR_MACHINE = 'machine';
