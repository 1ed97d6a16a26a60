/** Names the machines on which deep rules cannot hold (semantics 3), beside the warnings about those rules. Pure. */

import type { PolicyDraft } from '@pullgate/protocol';

type Warning = PolicyDraft['warnings'][number];

/** A page of names helps nobody: the list of machines has them all. */
const MAX_NAMES = 10;

/** The warnings, and one more when a rule is deep and machines see the host only. */
export function nameMachines(
  warnings: readonly Warning[],
  machines: readonly { readonly name: string }[],
): Warning[] {
  const isDeep = warnings.some(({ code }) => code === 'DEEP_RULE');
  if (!isDeep || machines.length === 0) return [...warnings];
  const names = machines.slice(0, MAX_NAMES).map(({ name }) => name);
  const more = machines.length > MAX_NAMES ? ` and ${machines.length - MAX_NAMES} more` : '';
  const message = `${machines.length === 1 ? '1 machine has' : `${machines.length} machines have`} an engine of which only the host is seen, where limited registries are denied whole: ${names.join(', ')}${more}`;
  return [...warnings, { code: 'MACHINES_WITHOUT_DEPTH', path: '/registries', message, severity: 'warning' }];
}
