/**
 * Resources of the public API, below `/api/v1`, as the control plane answers and the command line and the console read them.
 * Everything of an organization stands below `/api/v1/organizations/{organization}` (its slug). Errors are problems of RFC 9457.
 */

export * from './catalog.ts';
export * from './identity.ts';
export * from './machines.ts';
export * from './overview.ts';
export * from './people.ts';
export * from './policy.ts';
export * from './records.ts';
export * from './registries.ts';
export * from './registry-hosts.ts';
export * from './session.ts';
export { ActionName, ModeName, pageOf, sparsePageOf } from './shared.ts';
export * from './tokens.ts';
