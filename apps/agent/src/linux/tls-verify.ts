/** Names what OpenSSL found wrong with a certificate (X509_V_ERR_…, x509_vfy.h), as Node.js codes it. */

import type { TlsFailure } from './tls-messages.ts';

const FAILURES: Readonly<Record<number, TlsFailure>> = {
  2: { name: 'UNABLE_TO_GET_ISSUER_CERT', message: 'unable to get issuer certificate' },
  7: { name: 'CERT_SIGNATURE_FAILURE', message: 'certificate signature failure' },
  9: { name: 'CERT_NOT_YET_VALID', message: 'certificate is not yet valid' },
  10: { name: 'CERT_HAS_EXPIRED', message: 'certificate has expired' },
  18: { name: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' },
  19: { name: 'SELF_SIGNED_CERT_IN_CHAIN', message: 'self-signed certificate in certificate chain' },
  20: { name: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', message: 'unable to get local issuer certificate' },
  21: { name: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', message: 'unable to verify the first certificate' },
  22: { name: 'CERT_CHAIN_TOO_LONG', message: 'certificate chain too long' },
  23: { name: 'CERT_REVOKED', message: 'certificate revoked' },
  26: { name: 'INVALID_PURPOSE', message: 'unsupported certificate purpose' },
  27: { name: 'CERT_UNTRUSTED', message: 'certificate not trusted' },
  28: { name: 'CERT_REJECTED', message: 'certificate rejected' },
  62: { name: 'ERR_TLS_CERT_ALTNAME_INVALID', message: 'hostname mismatch' },
  64: { name: 'ERR_TLS_CERT_ALTNAME_INVALID', message: 'IP address mismatch' },
};

/** @param result of SSL_get_verify_result(3), not 0 */
export function toVerifyFailure(result: number): TlsFailure {
  return FAILURES[result] ?? { name: `CERT_ERROR_${result}`, message: `certificate error ${result}` };
}
