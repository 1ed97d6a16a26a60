/** Runs the tests that a policy carries about itself. */

import { parseReference, parseRegistryHost } from '@pullgate/reference';
import type { CompiledPolicy } from './compile-policy.ts';
import { decide } from './decide.ts';
import type { AccessQuery, PolicyTest } from './types.ts';

/** Structurally the `TestResult` of the protocol. */
export interface TestResult {
  readonly action: string;
  readonly reference: string;
  readonly expect: string;
  readonly got: string;
  readonly pass: boolean;
  readonly message: string;
}

/** Judges each test with everything seen, without grants' clock, and as if enforced: what is tested are the rules. */
export function runPolicyTests(policy: CompiledPolicy): TestResult[] {
  const enforced: CompiledPolicy = {
    ...policy,
    modes: { byDefault: 'enforce', stage: undefined, teams: new Map() },
  };
  return policy.document.tests.map((test) => runTest(enforced, test));
}

function runTest(policy: CompiledPolicy, test: PolicyTest): TestResult {
  const { action, reference, expect } = test;
  const { verdict, message } = decide(policy, toQuery(test));
  return { action, reference, expect, got: verdict, pass: verdict === expect, message };
}

function toQuery({ action, reference, teams }: PolicyTest): AccessQuery {
  const target =
    action === 'catalog' ? { registry: parseRegistryHost(reference) } : parseReference(reference);
  return { ...target, action, subject: { teams: teams ?? [] }, point: 'check', deeper: true, now: 0 };
}
