/** Knows the paths below which registries hand out tokens on their own host, also from what their challenges say. */

import { isOciPath } from '@pullgate/wire';

export interface TokenPaths {
  /** `registry` is the authority that the client talks to. */
  has(registry: string, path: string): boolean;
  learn(registry: string, path: string): void;
}

/** ghcr.io and gcr.io; distribution's examples; Harbor; GitLab. */
const USUAL: ReadonlySet<string> = new Set([
  '/token',
  '/auth',
  '/service/token',
  '/jwt/auth',
  '/oauth2/token',
]);
const MAX_LEARNT = 1000;

export function createTokenPaths(): TokenPaths {
  const learnt = new Set<string>();
  return {
    has: (registry, path) => USUAL.has(path) || learnt.has(`${registry} ${path}`),
    // A lying registry must not make its own content pass as tokens.
    learn(registry, path) {
      if (!isOciPath(path) && learnt.size < MAX_LEARNT) learnt.add(`${registry} ${path}`);
    },
  };
}
