export { parseDigest } from './digest.ts';
export type { ReferenceErrorCode } from './error.ts';
export { InvalidReferenceError, REFERENCE_ERROR_CODES } from './error.ts';
export { formatHostPattern, matchHost, parseHostPattern } from './host-pattern.ts';
export { hasOverlap } from './overlap.ts';
export { formatFamiliarReference, formatReference, parseReference } from './reference.ts';
export type { RegistryAddress, RegistryHostOptions } from './registry-host.ts';
export {
  DOCKER_HUB,
  HUB_ALIASES,
  isDockerHub,
  isIpLiteral,
  parseRegistryAddress,
  parseRegistryHost,
  registryAddress,
} from './registry-host.ts';
export { parseRepository, toCanonicalRepository, toFamiliarRepository } from './repository.ts';
export { matchRepository, parseRepositoryPattern } from './repository-pattern.ts';
export { DEFAULT_TAG, parseTag } from './tag.ts';
export type { TagPattern } from './tag-pattern.ts';
export { matchTag, parseTagPattern } from './tag-pattern.ts';
export * from './types.ts';
