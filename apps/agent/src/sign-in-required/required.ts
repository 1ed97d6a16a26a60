/** Holds what is known of enforced sign-in on this machine, as one value. Leaves finding it out to `watch-required.ts`. */

export interface RequiredSignIn {
  /** Name of the mechanism in force, as in `status`; `none`: sign-in is not enforced. */
  readonly mechanism: string;
  /** File, registry key or profile that it stands in. */
  readonly place?: string;
  /** Slugs of organizations, one of which a person must belong to. Empty with a `problem`: nobody satisfies it. */
  readonly allowedOrgs: readonly string[];
  /** Why the mechanism cannot be read, with place and field. Nobody satisfies it until it is mended. */
  readonly problem?: string;
}

/** What the rest of the agent asks; reading is synchronous and never throws. */
export interface RequiredSignInSource {
  current(): RequiredSignIn;
  /** Calls back after each change; returns the call that ends it. */
  onChange(listener: (required: RequiredSignIn) => void): () => void;
  stop(): Promise<void>;
}

export const NOT_REQUIRED: RequiredSignIn = { mechanism: 'none', allowedOrgs: [] };
