/** What better-auth calls back into the features for; given at start, since the features are made after it. */

export interface SignInHooks {
  /** A session is gone: signed out, revoked or expired. Maybe inside a transaction that is not committed yet. */
  readonly sessionEnded?: (userId: string) => void;
  /** Sends the address at which a forgotten password is set anew. */
  readonly sendResetPassword?: (person: {
    readonly email: string;
    readonly name: string;
    readonly url: string;
  }) => Promise<void>;
  /** What a directory that provisions by SCIM may do here. */
  readonly provisioning?: ProvisioningHooks;
}

export interface ProvisioningHooks {
  /** Id of the account that a new SCIM user is linked to; undefined: a new account is made. Runs outside of a transaction. */
  readonly resolvePerson: (organizationId: string, email: string) => Promise<string | undefined>;
  /** What a group of the directory gives, in words of our own: `team:SLUG`, `role:NAME`. Inside the transaction. */
  readonly grantsOf: (organizationId: string, group: ProvisionedGroup) => Promise<readonly string[]>;
  /** Makes membership, role and teams what the directory says. Inside the transaction; runs again when nothing changed. */
  readonly reconcilePerson: (state: ProvisionedPerson) => Promise<void>;
}

export interface ProvisionedGroup {
  readonly id: string;
  readonly externalId?: string;
  readonly displayName: string;
}

export interface ProvisionedPerson {
  readonly organizationId: string;
  readonly userId: string;
  readonly active: boolean;
  readonly grants: readonly string[];
}
