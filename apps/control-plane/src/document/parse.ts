/** Policies on their way in and out of the database: untrusted text to documents, stored rows to documents, documents to changes. */

import { CATALOG } from '@pullgate/catalog';
import { quote } from '@pullgate/errors';
import {
  diffPolicies,
  formatPolicy,
  type PolicyDocument,
  PolicyError,
  parsePolicy,
  validatePolicy,
} from '@pullgate/policy';
import type { Change } from '@pullgate/protocol';
import { ControlPlaneError } from '../errors.ts';

/** Whether a bare wildcard may be published is asked at the publish. */
const VALIDATION = { force: true, profiles: CATALOG };

/** @throws ControlPlaneError POLICY_INVALID with every problem and its place */
export function parseText(yaml: string, slug: string): PolicyDocument {
  return belongingTo(
    slug,
    translated(() => parsePolicy(yaml, VALIDATION)),
  );
}

/** A document that came as JSON, and its YAML. @throws ControlPlaneError POLICY_INVALID */
export function parseDocument(
  value: unknown,
  slug: string,
): { readonly yaml: string; readonly document: PolicyDocument } {
  const document = checkDocument(Object(value), slug);
  return { yaml: formatPolicy(document), document };
}

/** A document of ours after a change of single places, whose text was changed alike. @throws ControlPlaneError POLICY_INVALID */
export function checkDocument(value: object, slug: string): PolicyDocument {
  return belongingTo(
    slug,
    translated(() => validatePolicy(value, VALIDATION)),
  );
}

/** The document of a row of ours, which was validated when it was written. */
export function readDocument(row: { readonly document: string }): PolicyDocument {
  return JSON.parse(row.document) as PolicyDocument;
}

export function diffDocuments(before: PolicyDocument, after: PolicyDocument): Change[] {
  return [...diffPolicies(before, after)];
}

function translated(parse: () => PolicyDocument): PolicyDocument {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new ControlPlaneError('POLICY_INVALID', error.message, {
      problems: error.problems,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

function belongingTo(slug: string, document: PolicyDocument): PolicyDocument {
  if (document.organization === slug) return document;
  const message = `expected ${slug}, got ${quote(document.organization)}`;
  throw new ControlPlaneError('POLICY_INVALID', `the policy belongs to another organization: ${message}`, {
    problems: [{ code: 'BAD_VALUE', path: 'organization', message }],
  });
}
