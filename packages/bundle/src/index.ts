export { BUNDLE_ERROR_CODES, BundleError, type BundleErrorCode } from './bundle-error.ts';
export { formatCanonicalJson } from './canonical-json.ts';
export { contentHashOf } from './content-hash.ts';
export {
  generateKeyPair,
  type KeyPair,
  keyFingerprint,
  type PrivateJwk,
  type PublicJwk,
  toPublicJwk,
} from './keys.ts';
export { type BundleSigner, signAssignment, signKeyCertificate, signPolicy } from './sign-bundle.ts';
export {
  MAX_SIGNED_CATALOG_BYTES,
  signCatalog,
  type VerifiedCatalog,
  verifyCatalog,
} from './signed-catalog.ts';
export * from './types.ts';
export {
  MAX_BUNDLE_BYTES,
  type Verified,
  type VerifyAssignmentOptions,
  type VerifyOptions,
  verifyAssignmentBundle,
  verifyPolicyBundle,
} from './verify-bundle.ts';
