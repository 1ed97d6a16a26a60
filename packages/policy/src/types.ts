/** The words of the policy: document, query, decision. Leaves parsing, compiling and deciding to the modules beside it. */

import type { Digest, RegistryHost, Repository, Tag } from '@pullgate/reference';

export type Action = 'pull' | 'push' | 'delete' | 'catalog';
export const ACTIONS: readonly Action[] = ['pull', 'push', 'delete', 'catalog'];

/** Ordered from the laxest to the strictest: a member of several teams gets the strictest. */
export type Mode = 'off' | 'observe' | 'enforce';

export type EnforcementPoint = 'proxy' | 'gateway' | 'dns' | 'authz' | 'capture' | 'admission' | 'check';

/** One entry of the allowlist. `allow: []` is a block. Lists left out mean "all". */
export interface RegistryEntry {
  readonly id: string;
  /** Host pattern as the owner wrote it: `host[:port]`, `*.x` or `**.x`. */
  readonly registry: string;
  readonly name?: string;
  readonly allow: readonly Action[];
  readonly repositories?: readonly string[];
  /** Exact tags, or patterns in which `*` stands for any run of tag characters. */
  readonly tags?: readonly string[];
  readonly digests?: readonly string[];
  readonly teams?: readonly string[];
  readonly insecure?: boolean;
  readonly mirrorOf?: { readonly registry: string; readonly prefix?: string };
  readonly whenHostOnly?: 'allow' | 'deny';
  readonly because?: string;
}

/** A denial beats everything, grants included. `actions` left out means all. */
export interface DenyRule {
  readonly id: string;
  readonly registry: string;
  readonly actions?: readonly Action[];
  readonly repositories?: readonly string[];
  readonly tags?: readonly string[];
  readonly digests?: readonly string[];
  readonly teams?: readonly string[];
  readonly because?: string;
}

/** Judges engine traffic that is no registry. `default` is `deny` when `urls` is left out. */
export interface UrlRules {
  readonly default: 'allow' | 'deny';
  /** Host patterns. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export interface PolicyTest {
  /** What is tested: exactly one action with its reference. */
  readonly action: Action;
  readonly reference: string;
  readonly expect: 'allow' | 'deny';
  readonly teams?: readonly string[];
}

/**
 * What the organization itself knows of one registry: hosts beside those of the catalog, which it adds to and takes nothing
 * from. Lists left out are empty.
 */
export interface OwnProfile {
  /** Exact: `host[:port]`. */
  readonly registry: string;
  readonly tokenHosts?: readonly string[];
  /** Hosts and host patterns that serve this registry's blobs and nothing else. */
  readonly blobHosts?: readonly string[];
  /** Hosts and host patterns that serve its blobs and much else; never opened as such. */
  readonly broadBlobHosts?: readonly string[];
}

export interface PolicyDocument {
  readonly version: 1;
  /** Slug of the organization. */
  readonly organization: string;
  readonly mode: { readonly default: Mode; readonly teams: Readonly<Record<string, Mode>> };
  readonly contact: { readonly message?: string; readonly url?: string };
  /** Seconds a machine keeps enforcing without its control plane; absent: without limit. */
  readonly policyOfflineLimit?: number;
  /** Seconds a session stays good offline. */
  readonly sessionOfflineLimit: number;
  readonly registries: readonly RegistryEntry[];
  readonly deny: readonly DenyRule[];
  readonly urls: UrlRules;
  /** CIDR blocks or addresses that are allowed as destinations though they are loopback, link-local or metadata. */
  readonly addresses: readonly string[];
  readonly tests: readonly PolicyTest[];
  /** Absent unless there are some: agents older than the field know no such key. */
  readonly profiles?: readonly OwnProfile[];
}

/** Hosts that one registry is made of. Data comes from the catalog; `policy` only reads it. */
export interface RegistryProfile {
  /** Registry host or host pattern that this profile describes. */
  readonly registry: string;
  readonly name: string;
  /** Other API hosts, without the registry itself. */
  readonly apiHosts: readonly string[];
  readonly tokenHosts: readonly string[];
  /** Hosts that serve this registry's blobs and nothing else. */
  readonly blobHosts: readonly string[];
  /** Hosts that serve its blobs and much else; never opened as such. */
  readonly broadBlobHosts: readonly string[];
}

/** A time-boxed permission, from the machine's assignment. */
export interface Grant {
  readonly id: string;
  readonly registry: string;
  readonly actions: readonly Action[];
  readonly repositories?: readonly string[];
  readonly tags?: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Subject {
  readonly user?: string;
  /** Ids of the teams of the person, or of the machine's holder. */
  readonly teams: readonly string[];
  readonly machine?: string;
}

/** What is asked. A point that sees only the host leaves out repository, tag, digest and action. */
export interface AccessQuery {
  readonly registry: RegistryHost;
  readonly repository?: Repository;
  readonly tag?: Tag;
  readonly digest?: Digest;
  readonly action?: Action;
  /** The request travels over plain HTTP: only entries with `insecure: true` can allow it. */
  readonly insecure?: boolean;
  /** Registry that `registry` mirrors for this request, when known (`?ns=`). */
  readonly origin?: { readonly registry: RegistryHost; readonly repository?: Repository };
  /** The host answered as a registry does, so that `urls.default` does not open it, whether policy and catalog know it or not. */
  readonly recognized?: boolean;
  readonly subject: Subject;
  readonly point: EnforcementPoint;
  /** Whether a deeper point will see the same traffic before it reaches the registry. */
  readonly deeper: boolean;
  /** Milliseconds since the epoch, for grants. The caller's clock, so that deciding stays pure. */
  readonly now: number;
}

export const ALLOW_REASONS = [
  'RULE_ALLOWED',
  'GRANT_ALLOWED',
  'COMPANION_ALLOWED',
  'URL_ALLOWED',
  'MODE_OFF',
] as const;
export type AllowReason = (typeof ALLOW_REASONS)[number];

export const DENY_REASONS = [
  'DENIED_BY_RULE',
  'BLOCKED',
  'NOT_LISTED',
  'TEAM_NOT_ALLOWED',
  'ACTION_NOT_ALLOWED',
  'REPOSITORY_NOT_ALLOWED',
  'TAG_NOT_ALLOWED',
  'DIGEST_NOT_ALLOWED',
  'INSECURE_NOT_ALLOWED',
  'DEPTH_UNAVAILABLE',
  'BROAD_HOST',
  'URL_DENIED',
  'REFERENCE_INVALID',
  'REQUEST_INVALID',
  'ADDRESS_REFUSED',
  'POLICY_MISSING',
  'POLICY_EXPIRED',
  'SIGN_IN_REQUIRED',
  'WRONG_ORGANIZATION',
  'INSPECTION_FAILED',
] as const;
export type DenyReason = (typeof DENY_REASONS)[number];
export type Reason = AllowReason | DenyReason;

/** Denials that no mode softens (semantics: address checks, malformed input, bundle verification). */
export const HARD_REASONS: ReadonlySet<Reason> = new Set<Reason>([
  'REFERENCE_INVALID',
  'REQUEST_INVALID',
  'ADDRESS_REFUSED',
  'POLICY_MISSING',
  'POLICY_EXPIRED',
]);

/**
 * The answer. `verdict` is what the policy says; `effect` is what the point does about it: in `observe` a soft denial
 * keeps its verdict and is forwarded.
 */
export interface Decision {
  readonly verdict: 'allow' | 'deny';
  readonly effect: 'forward' | 'refuse';
  readonly reason: Reason;
  readonly ruleId?: string;
  readonly revision: number;
  readonly mode: Mode;
  /** The sentence for the person: ASCII, at most 300 bytes. Empty for an allow. */
  readonly message: string;
}
