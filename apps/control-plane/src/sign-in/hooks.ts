/** What better-auth calls back into the features for; given at start, since the features are made after it. */

export interface SignInHooks {
  /** Sends the address at which a forgotten password is set anew. */
  readonly sendResetPassword?: (person: {
    readonly email: string;
    readonly name: string;
    readonly url: string;
  }) => Promise<void>;
}
