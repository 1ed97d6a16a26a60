/** Who is who in a laboratory: names from domains reserved for examples, each with an address that no real network uses here. */

/** Token-authenticated; the policy allows it. */
export const ALLOWED = 'registry.allowed.example';
/** Holds the same image without asking for credentials; no policy allows it. */
export const DENIED = 'registry.denied.example';
/** Allowed first, removed from the policy later. */
export const REMOVED = 'registry.removed.example';
/** Gives out the tokens that ALLOWED wants. */
export const AUTH = 'auth.allowed.example';
/** A web server that is no registry; the policy says nothing of it. */
export const FILES = 'files.allowed.example';
/** The same web server under a name that the policy's `urls` deny. */
export const DENIED_FILES = 'files.denied.example';

/**
 * Every name has an address of its own on one bridge. None is a loopback address: engines bypass their proxy for those,
 * and the agent refuses them.
 */
export const ADDRESSES: Readonly<Record<string, string>> = {
  [ALLOWED]: '10.77.0.10',
  [DENIED]: '10.77.0.11',
  [REMOVED]: '10.77.0.12',
  [AUTH]: '10.77.0.13',
  [FILES]: '10.77.0.14',
  [DENIED_FILES]: '10.77.0.15',
};

/** The only account of the token server. Not a secret: the laboratory is its whole world. */
export const ACCOUNT = { name: 'dev', password: 'lab-password' } as const;
