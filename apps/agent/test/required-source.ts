/** What enforces sign-in, as a test says. Holds no expectations. */

import type { RequiredSignIn, RequiredSignInSource } from '../src/sign-in-required/required.ts';

export type { RequiredSignIn };

export interface GivenRequiredSource extends RequiredSignInSource {
  set(required: RequiredSignIn): void;
}

export function toRequiredSource(first: RequiredSignIn): GivenRequiredSource {
  let current = first;
  const listeners = new Set<(required: RequiredSignIn) => void>();
  return {
    current: () => current,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: async () => undefined,
    set: (next) => {
      current = next;
      for (const listener of listeners) listener(next);
    },
  };
}
