/** Judges a signed catalog that somebody hands in: whose signature it bears, and whether it is sound. Stores nothing. */

import { BundleError, keyFingerprint, type PublicJwk, toPublicJwk, verifyCatalog } from '@pullgate/bundle';
import { CATALOG_KEYS, type Catalog, CatalogError, parseCatalog } from '@pullgate/catalog';
import { ControlPlaneError } from '../../errors.ts';
import type { CatalogKeysTable } from './tables.ts';

export interface VerifiedImport {
  readonly catalog: Catalog;
  readonly signer: string;
  readonly signedBy: 'project' | 'organization';
}

/** @throws ControlPlaneError CATALOG_UNTRUSTED, CATALOG_INVALID */
export async function verifyImport(
  signed: string,
  own: readonly CatalogKeysTable[],
  project: readonly PublicJwk[] = CATALOG_KEYS,
): Promise<VerifiedImport> {
  const ownKeys = own.map(({ public_key: x }) => toPublicJwk({ kty: 'OKP', crv: 'Ed25519', x }));
  const { value, signer } = await verifyCatalog(signed.trim(), [...project, ...ownKeys]).catch(refuse);
  const ofProject = await Promise.all(project.map((key) => keyFingerprint(key)));
  return {
    catalog: parse(value),
    signer,
    signedBy: ofProject.includes(signer) ? 'project' : 'organization',
  };
}

function refuse(cause: unknown): never {
  if (!(cause instanceof BundleError)) throw cause;
  const isForm = cause.code === 'MALFORMED' || cause.code === 'TOO_LARGE';
  throw new ControlPlaneError(isForm ? 'CATALOG_INVALID' : 'CATALOG_UNTRUSTED', cause.message, {
    cause,
    hint: isForm
      ? 'a signed catalog is one line of text; make one: pullgate catalog sign catalog.json --key FILE'
      : 'the organization says whose signature counts: pullgate catalog key list',
  });
}

function parse(value: unknown): Catalog {
  try {
    return parseCatalog(value);
  } catch (cause) {
    if (!(cause instanceof CatalogError)) throw cause;
    throw new ControlPlaneError('CATALOG_INVALID', cause.message, {
      cause,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      problems: cause.problems.map(({ code, registry, host }) => ({
        code,
        path: `/profiles/${registry}`,
        message: `${host} cannot stand in the profile of ${registry}`,
      })),
    });
  }
}
