/** What an owner should know before publishing: the policy's own tests, and where it does not mean what it says. Pure. */

import {
  checkSelfLockOut,
  compilePolicy,
  type PolicyDocument,
  type PolicyWarning,
  publishWarnings,
  type RegistryProfile,
  runPolicyTests,
  type TestResult,
} from '@pullgate/policy';
import { ControlPlaneError } from '../errors.ts';

export interface Judgement {
  readonly tests: readonly TestResult[];
  /** Those of severity `error` stop a publish that is not forced. */
  readonly warnings: readonly PolicyWarning[];
}

/** @param profiles those of the catalog that it would be published with */
export function judge(
  before: PolicyDocument,
  after: PolicyDocument,
  profiles: readonly RegistryProfile[],
): Judgement {
  return {
    tests:
      after.tests.length === 0
        ? []
        : runPolicyTests(compilePolicy({ document: after, revision: 0, profiles })),
    warnings: [...checkSelfLockOut({ before, after }), ...publishWarnings(after)],
  };
}

/** @throws ControlPlaneError POLICY_TESTS_FAILED, one problem per failed test */
export function refuseFailedTests({ tests }: Judgement): void {
  const failed = tests.map((test, at) => ({ test, at })).filter(({ test }) => !test.pass);
  if (failed.length === 0) return;
  throw new ControlPlaneError('POLICY_TESTS_FAILED', `${failed.length} of ${tests.length} tests fail`, {
    problems: failed.map(({ test, at }) => ({
      code: 'TEST_FAILED',
      path: `/tests/${at}`,
      message: `${test.action} ${test.reference}: expected ${test.expect}, got ${test.got}`,
    })),
    hint: 'correct the policy or the tests, or publish with force',
  });
}

/** @throws ControlPlaneError PUBLISH_NEEDS_FORCE, one problem per warning that is an error */
export function refuseDangerous({ warnings }: Judgement): void {
  const errors = warnings.filter((warning) => warning.severity === 'error');
  if (errors.length === 0) return;
  throw new ControlPlaneError('PUBLISH_NEEDS_FORCE', errors.map(({ message }) => message).join('; '), {
    problems: errors.map(({ code, path, message }) => ({ code, path, message })),
    hint: 'publish with force if this is what you want',
  });
}
