/** Says why the TLS with a registry failed, and what to do about it. Leaves noticing it to registry-pool.ts and upstream-call.ts. */

import { encodeReasonPhrase } from '@pullgate/wire';

type Coded = Pick<NodeJS.ErrnoException, 'code' | 'message'>;

/** OpenSSL's names for what is wrong with a certificate (x509_txt.c), and node's own for its name. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired; its operators must renew it',
  CERT_NOT_YET_VALID: 'is not valid yet; compare the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'is made out to another name; write the name that it has, or let its operators add this one',
  ...Object.fromEntries(
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ].map((code) => [
      code,
      "comes from an authority that this machine does not know; put that as .crt into the registry's folder in /etc/docker/certs.d, then: " +
        'sudo pullgate agent install --only trust',
    ]),
  ),
};

/** Alerts by which a server refuses what it was shown, or not shown, of a client. */
const MISSING_CLIENT = /ALERT_CERTIFICATE_REQUIRED/;
const REFUSED_CLIENT =
  /ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/;

/** All that is left of an alert when the server closes before everything that was sent to it is read. */
const BROKEN_OFF = /^(?:ECONNRESET|EPIPE)$/;

/** What TLS 1.2 knows to say where a client certificate is missing; also without a version or cipher in common. */
const NOTHING_IN_COMMON = /ALERT_HANDSHAKE_FAILURE/;

const CLIENT_FILES =
  "put .cert and .key into the registry's folder in /etc/docker/certs.d, then: sudo pullgate agent install --only trust";

/**
 * One sentence with a next step, in OpenSSL's words where there are no better ones.
 *
 * @param place the registry, as people write it
 * @param hasClient whether it was shown a client certificate
 */
export function describeTlsFailure(place: string, error: Coded, hasClient: boolean): string {
  const code = error.code ?? '';
  const known = CERTIFICATE_PROBLEMS[code];
  if (known !== undefined) return `the certificate of ${place} cannot be trusted (${code}): it ${known}`;
  const client = describeRefusedClient(place, code, hasClient);
  if (client !== undefined) return client;
  if (NOTHING_IN_COMMON.test(code) && !hasClient)
    return `${place} broke off the TLS handshake (${code}); where it wants a client certificate, ${CLIENT_FILES}`;
  const why = encodeReasonPhrase(error.code ?? error.message).slice(0, 80);
  return /CERT|ISSUER|SELF_SIGNED|ALTNAME|CRL|UNABLE_TO/.test(code) && !code.includes('ALERT')
    ? `the certificate of ${place} cannot be trusted (${why})`
    : `the TLS handshake with ${place} failed (${why})`;
}

/** With TLS 1.3 a server says so only after the handshake, as its answer to the request. Undefined for what is no such alert. */
export function describeRefusedClient(place: string, code: string, hasClient: boolean): string | undefined {
  if (BROKEN_OFF.test(code) && hasClient)
    return `${place} broke off the connection (${code}); it may not take this machine's client certificate: ${CLIENT_FILES}`;
  if (MISSING_CLIENT.test(code) || (REFUSED_CLIENT.test(code) && !hasClient))
    return `${place} wants a client certificate (${code}), and this machine has none for it; ${CLIENT_FILES}`;
  if (REFUSED_CLIENT.test(code))
    return `${place} does not take this machine's client certificate (${code}); ${CLIENT_FILES}`;
  return undefined;
}
