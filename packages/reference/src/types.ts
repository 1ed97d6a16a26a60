/** Names of the distribution world as parsed values. Leaves parsing and matching to the modules beside it. */

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/**
 * A registry as `host[:port]`, normalized: lower case, A-labels, no trailing dot, aliases of Docker Hub folded into
 * `docker.io`, port 443 left out, every other port written (an insecure registry without a port is `host:80`).
 */
export type RegistryHost = Brand<string, 'RegistryHost'>;

/** A repository path without its registry, for example `library/alpine`. */
export type Repository = Brand<string, 'Repository'>;

export type Tag = Brand<string, 'Tag'>;

/** `algorithm:hex`, for example `sha256:…`. */
export type Digest = Brand<string, 'Digest'>;

/** A parsed, normalized reference. `tag` is absent when a digest was given (the digest wins, as in Docker). */
export interface Reference {
  readonly registry: RegistryHost;
  readonly repository: Repository;
  readonly tag?: Tag;
  readonly digest?: Digest;
}

/** `exact` matches one registry, `one` matches `<one label>.suffix`, `many` one or more labels, `any` everything. */
export type HostPattern =
  | { readonly kind: 'exact'; readonly host: RegistryHost }
  | { readonly kind: 'one'; readonly suffix: string; readonly port?: number }
  | { readonly kind: 'many'; readonly suffix: string; readonly port?: number }
  | { readonly kind: 'any' };

/** Segments of a repository pattern: a literal, `*` (one segment) or, last only, `**` (one or more segments). */
export interface RepositoryPattern {
  readonly text: string;
  readonly segments: readonly string[];
  readonly tail: 'none' | 'one' | 'many';
}
