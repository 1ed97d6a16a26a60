export { FRONTEND_REPOSITORY, type PolicyRemedy } from './build-frontend.ts';
export type { Change } from './change.ts';
export { type CompiledPolicy, type CompileInput, compilePolicy } from './compile-policy.ts';
export { decide, decideDenials, decideHop } from './decide.ts';
export { defaultPolicy } from './default-policy.ts';
export { isDeep } from './depth.ts';
export { describeDenial, describeEntry } from './describe.ts';
export { diffPolicies } from './diff-policies.ts';
export { formatDuration, parseDuration } from './duration.ts';
export * from './errors.ts';
export { type Explanation, type ExplanationStep, explain } from './explain.ts';
export { formatPolicy } from './format-policy.ts';
export { type HostStanding, standingOf } from './host-standing.ts';
export { inspectedHosts } from './inspected-hosts.ts';
export { joinProfiles } from './join-profiles.ts';
export { needsInspection } from './judge-hop.ts';
export {
  findMirroredRegistries,
  type Mirror,
  type MirroredRegistry,
} from './mirrored-registries.ts';
export { modeOf } from './mode.ts';
export type { Nearest } from './nearest.ts';
export { nearestWord } from './nearest-word.ts';
export {
  checkSelfLockOut,
  POLICY_WARNING_CODES,
  type PolicyWarning,
  type PolicyWarningCode,
  publishWarnings,
  type SelfLockOutInput,
} from './publish-warnings.ts';
export { MAX_POLICY_BYTES } from './read-yaml.ts';
export { type RefusalInput, refusal } from './refusal.ts';
export { type ListedRegistry, parseRegistryList, type RegistryList } from './registry-list.ts';
export { runPolicyTests, type TestResult } from './run-policy-tests.ts';
export { MAX_SENTENCE_BYTES } from './sentence-text.ts';
export type { SignInFacts } from './sign-in-sentence.ts';
export * from './types.ts';
export { type ParseOptions, parsePolicy, type ValidateOptions, validatePolicy } from './validate-policy.ts';
export { createProfileJudge, type ProfileContext } from './validate-profiles.ts';
