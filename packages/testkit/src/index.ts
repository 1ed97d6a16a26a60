export {
  arbitraryAccessQuery,
  arbitraryDenyRule,
  arbitraryDetail,
  arbitraryGrant,
  arbitraryPolicyDocument,
  arbitraryRegistryEntry,
  arbitraryShallowQuery,
} from './arbitrary-policy.ts';
export {
  arbitraryDigest,
  arbitraryReference,
  arbitraryRegistryHost,
  arbitraryRepository,
  arbitraryTag,
} from './arbitrary-reference.ts';
export { createFakeClock, type FakeClock } from './fake-clock.ts';
