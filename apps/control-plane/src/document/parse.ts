/** Policies on their way in and out of the database: untrusted text to documents, stored rows to documents, documents to changes. */

import { quote } from '@pullgate/errors';
import {
  diffPolicies,
  formatPolicy,
  type PolicyDocument,
  PolicyError,
  parsePolicy,
  type RegistryProfile,
  validatePolicy,
} from '@pullgate/policy';
import type { Change } from '@pullgate/protocol';
import { ControlPlaneError } from '../errors.ts';

/** What a document must fit to. */
export interface DocumentScope {
  /** Of the organization that it belongs to. */
  readonly slug: string;
  /** Those of the catalog in force: its registries are not opened by a profile of the document, nor its shared hosts. */
  readonly profiles: readonly RegistryProfile[];
}

/** Of a document whose profiles were judged when it was written: a catalog that came since does not stop what is done with it in need. */
export const judgedBefore = (slug: string): DocumentScope => ({ slug, profiles: [] });

/** Whether a bare wildcard may be published is asked at the publish. */
const toValidation = ({ profiles }: DocumentScope) => ({ force: true, profiles });

/** @throws ControlPlaneError POLICY_INVALID with every problem and its place */
export function parseText(yaml: string, scope: DocumentScope): PolicyDocument {
  return belongingTo(
    scope.slug,
    translated(() => parsePolicy(yaml, toValidation(scope))),
  );
}

/** A document that came as JSON, and its YAML. @throws ControlPlaneError POLICY_INVALID */
export function parseDocument(
  value: unknown,
  scope: DocumentScope,
): { readonly yaml: string; readonly document: PolicyDocument } {
  const document = checkDocument(Object(value), scope);
  return { yaml: formatPolicy(document), document };
}

/** A document of ours after a change of single places, whose text was changed alike. @throws ControlPlaneError POLICY_INVALID */
export function checkDocument(value: object, scope: DocumentScope): PolicyDocument {
  return belongingTo(
    scope.slug,
    translated(() => validatePolicy(value, toValidation(scope))),
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
