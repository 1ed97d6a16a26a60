/** What better-auth calls back into the features for; given at start, since the features are made after it. */

import type { Origin } from '../http/origin.ts';

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
  /** Whose person an identity is that a provider has vouched for. */
  readonly singleSignOn?: SingleSignOnHooks;
}

export interface SingleSignOnHooks {
  /** Inside the transaction of the sign-in; the code of a refusal has its words on a page. */
  readonly admit: (
    identity: Identity,
  ) => Promise<{ readonly organizationId: string; readonly userId: string } | { readonly refused: string }>;
}

/** What an identity provider says of a person, its signature and nonce verified. */
export interface Identity {
  readonly providerId: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly from: Origin;
}

export interface ProvisioningHooks {
  /** Id of the account that a new SCIM user is linked to; undefined: a new account is made. Runs outside of a transaction. */
  readonly resolvePerson: (organizationId: string, email: string) => Promise<string | undefined>;
  /** What a group of the directory gives, in words of our own: `team:SLUG`, `role:NAME`. Inside the transaction. */
  readonly grantsOf: (organizationId: string, group: ProvisionedGroup) => Promise<readonly string[]>;
  /** Makes membership, role and teams what the directory says. Inside the transaction; runs again when nothing changed. */
  readonly reconcilePerson: (state: ProvisionedPerson) => Promise<void>;
  /** Whether a session of this person outlives what a directory does. Inside the transaction, or outside of any directory's request. */
  readonly keepsSessions: (userId: string) => Promise<boolean>;
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
