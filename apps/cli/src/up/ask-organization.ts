/** Finds the name of the first organization: from the environment, by a question, or the proposal. */

import { hostname } from 'node:os';
import { quote } from '@pullgate/errors';
import { toUsageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { proposeOrganization, SLUG_PATTERN } from './organization-name.ts';

/** @throws CliError USAGE for a name that cannot be one */
export async function askOrganization(context: Context, isAnswered: boolean): Promise<string> {
  const { owner } = context.config;
  const proposal = owner.organization ?? proposeOrganization(owner, hostname());
  const isAsked = owner.organization === undefined && !isAnswered && context.terminal.isInteractive;
  const typed = isAsked
    ? (await context.terminal.ask(`Organization, a short name [${proposal}]: `)).trim()
    : '';
  const name = typed === '' ? proposal : typed;
  if (SLUG_PATTERN.test(name)) return name;
  throw toUsageError(
    `expected the organization as lower-case letters, digits and hyphens, got ${quote(name)}`,
    'for example: PULLGATE_ORGANIZATION=acme pullgate up',
  );
}
