export { ARTIFACT_FORMATS, ARTIFACT_PLACES, type ArtifactFormat, formatArtifact } from './artifacts.ts';
export { SIGN_IN_FILE_ERROR_CODES, SignInFileError, type SignInFileErrorCode } from './error.ts';
export {
  MECHANISMS,
  type Mechanism,
  type MechanismFormat,
  mechanismsOf,
  type Platform,
} from './mechanisms.ts';
export { parseDesktopPlist, parseMobileconfig, parseProfilePayload } from './property-list.ts';
export { parseRegistryJson } from './registry-json.ts';
export { type FoundMechanism, type ResolvedSignIn, resolveSignIn } from './resolve.ts';
export { MAX_SIGN_IN_FILE_BYTES } from './text.ts';
export { parseRegistryQuery } from './windows-registry.ts';
