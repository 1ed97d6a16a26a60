/** Makes and names the Ed25519 keys of organizations and machines. Leaves keeping them to the apps. */

import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, importJWK } from 'jose';
import { BundleError } from './bundle-error.ts';

/** Public half of an Ed25519 key (RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes, base64url. */
  readonly x: string;
}

/** Whole Ed25519 key. Secret: kept 0600, never logged. */
export interface PrivateJwk extends PublicJwk {
  readonly d: string;
}

export interface KeyPair {
  readonly publicKey: PublicJwk;
  readonly privateKey: PrivateJwk;
}

export function generateKeyPair(): KeyPair {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (x === undefined || d === undefined) throw new BundleError('KEY_INVALID', 'expected a key with x and d');
  const publicKey: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x };
  return { publicKey, privateKey: { ...publicKey, d } };
}

/** RFC 7638 thumbprint (SHA-256, base64url): what people compare and what `agent.json` pins. */
export async function keyFingerprint(key: PublicJwk): Promise<string> {
  return await calculateJwkThumbprint(toPublicJwk(key));
}

/**
 * Reads the public half out of any JWK, leaving every other member out.
 *
 * @throws BundleError `KEY_INVALID` when it is no Ed25519 key of 32 bytes in canonical base64url.
 */
export function toPublicJwk(key: unknown): PublicJwk {
  const { kty, crv, x } = (typeof key === 'object' && key !== null ? key : {}) as Record<string, unknown>;
  const bytes = typeof x === 'string' ? Buffer.from(x, 'base64url') : Buffer.alloc(0);
  if (kty !== 'OKP' || crv !== 'Ed25519' || bytes.length !== 32 || bytes.toString('base64url') !== x)
    throw new BundleError('KEY_INVALID', 'expected an Ed25519 public key as JWK');
  return { kty, crv, x };
}

/** @throws BundleError `KEY_INVALID` when it cannot sign. */
export async function importPrivateKey(key: PrivateJwk) {
  try {
    return await importJWK({ ...toPublicJwk(key), d: key.d }, 'EdDSA');
  } catch (error) {
    throw new BundleError('KEY_INVALID', 'expected an Ed25519 private key as JWK', { cause: error });
  }
}
