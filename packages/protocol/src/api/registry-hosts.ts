/** Hosts that registries were seen to use and that neither catalog nor policy knows, until the owner decides. */

import { type Static, Type } from 'typebox';
import { SeenHostKind } from '../agent.ts';
import { pageOf, Time } from './shared.ts';

export const RegistryHostState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('accepted'),
  Type.Literal('dismissed'),
]);
export type RegistryHostState = Static<typeof RegistryHostState>;

/** The list of a policy's profile that a host stands in. */
export const ProfileList = Type.Union([
  Type.Literal('tokenHosts'),
  Type.Literal('blobHosts'),
  Type.Literal('broadBlobHosts'),
]);
export type ProfileList = Static<typeof ProfileList>;

export const RegistryHostItem = Type.Object(
  {
    id: Type.String(),
    registry: Type.String(),
    host: Type.String(),
    /** What it was seen as, each once. */
    kinds: Type.Array(SeenHostKind),
    state: RegistryHostState,
    firstSeenAt: Time,
    lastSeenAt: Time,
    /** Machines that reported it. */
    machines: Type.Integer(),
    attempts: Type.Integer(),
    /** Where it goes when it is accepted; `broadBlobHosts` opens nothing by itself. */
    list: ProfileList,
    decidedAt: Type.Optional(Time),
    /** Absent beside a time: a policy that was published knows the host. */
    decidedBy: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
  },
  { $id: 'RegistryHostItem' },
);
export type RegistryHostItem = Static<typeof RegistryHostItem>;

/** What was not kept, for there was too much of it: a registry that names ever new hosts. */
export const RegistryHostOverflow = Type.Object(
  {
    registry: Type.String(),
    /** The last day (UTC) on which it happened. */
    day: Type.String(),
    /** How often a host was named on that day that was not kept. */
    sightings: Type.Integer(),
    machines: Type.Integer(),
  },
  { $id: 'RegistryHostOverflow' },
);
export type RegistryHostOverflow = Static<typeof RegistryHostOverflow>;

/** `GET …/registry-hosts?state&registry` → RegistryHostPage, for `policy:read`, by registry and host. */
export const RegistryHostPage = Type.Object({
  ...pageOf(RegistryHostItem).properties,
  /** Of all registries, or of the one asked for. */
  overflow: Type.Array(RegistryHostOverflow),
});
export type RegistryHostPage = Static<typeof RegistryHostPage>;

/**
 * `POST …/registry-hosts/{id}/accept` → RegistryHostItem, for `policy:write`: puts the host into the draft, in the profile of its
 * registry. `POST …/registry-hosts/{id}/dismiss` → RegistryHostItem: no further warning of it; the policy stays as it is.
 */
export const AcceptRegistryHost = Type.Object(
  { list: Type.Optional(ProfileList) },
  { $id: 'AcceptRegistryHost', additionalProperties: false },
);
export type AcceptRegistryHost = Static<typeof AcceptRegistryHost>;
