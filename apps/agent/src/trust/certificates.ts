/**
 * Makes authorities that can speak for a few names and no others (RFC 5280, 4.2.1.10), and leaves for these names. Leaves files
 * to the modules beside it.
 */

import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { toAddressBytes } from './address-bytes.ts';
import {
  encodeBitString,
  encodeExplicit,
  encodeImplicit,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSet,
  encodeTime,
  encodeTrue,
  encodeUtf8,
} from './der.ts';

/** What an authority may speak for: names, or addresses, never both. */
export interface TrustNames {
  /** A-labels. */
  readonly dns: readonly string[];
  /** IPv4 or IPv6, without brackets. */
  readonly addresses: readonly string[];
  /** Names below `dns` that the authority must not speak for. */
  readonly excludedDns: readonly string[];
}

/** Milliseconds since the Unix epoch. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8 PEM; may sign for the names of the authority. */
  readonly key: string;
}

export interface Leaf {
  /** PEM: the leaf, then its authority. */
  readonly chain: string;
  /** PKCS#8 PEM. */
  readonly key: string;
}

const OIDS = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organizationName: '2.5.4.10',
  serialNumber: '2.5.4.5',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** Of GeneralName: `dNSName` and `iPAddress`. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** The bits of KeyUsage from the left, and how many of the byte are not used. */
const KEY_CERT_SIGN = { byte: 0x04, unusedBits: 2 };
const DIGITAL_SIGNATURE = { byte: 0x80, unusedBits: 7 };

/** As long as the SHA-1 that the field was made for. */
const KEY_IDENTIFIER_BYTES = 20;

/** Upper bound of a common name (RFC 5280, appendix A.1). */
const MAX_COMMON_NAME_LENGTH = 64;

const SIGNATURE_ALGORITHM = encodeSequence(encodeObjectIdentifier(OIDS.ecdsaWithSha256));

/** @param label tells people whose authority this is, the same for its leaves */
export function createAuthority(label: string, names: TrustNames, validity: Validity): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = encodeAuthorityName(label, publicKey);
  const extensions = [
    encodeExtension(OIDS.basicConstraints, encodeSequence(encodeTrue(), encodeInteger(Buffer.of(0))), true),
    encodeKeyUsage(KEY_CERT_SIGN),
    encodeExtension(OIDS.nameConstraints, encodeNameConstraints(names), true),
    encodeExtension(OIDS.subjectKeyIdentifier, encodeOctetString(toKeyIdentifier(publicKey))),
  ];
  const certificate = { issuer: name, subject: name, validity, publicKey, extensions };
  return { certificate: toPem(signCertificate(certificate, privateKey)), key: exportKey(privateKey) };
}

/** A leaf for all of the names, which lie within the authority's. */
export function issueLeaf(label: string, authority: Authority, names: TrustNames, validity: Validity): Leaf {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authorityKey = new X509Certificate(authority.certificate).publicKey;
  const extensions = [
    encodeExtension(OIDS.basicConstraints, encodeSequence(), true),
    encodeKeyUsage(DIGITAL_SIGNATURE),
    encodeExtension(OIDS.extendedKeyUsage, encodeSequence(encodeObjectIdentifier(OIDS.serverAuth))),
    encodeExtension(OIDS.subjectAltName, encodeSequence(...toGeneralNames(names))),
    encodeExtension(OIDS.subjectKeyIdentifier, encodeOctetString(toKeyIdentifier(publicKey))),
    encodeExtension(
      OIDS.authorityKeyIdentifier,
      encodeSequence(encodeImplicit(0, toKeyIdentifier(authorityKey))),
    ),
  ];
  const issuer = encodeAuthorityName(label, authorityKey);
  // Without a common name where addresses are: verifiers that find no DNS name would take it for one.
  const subject = encodeName([
    [OIDS.organizationName, 'Pullgate'],
    ...names.dns.slice(0, 1).map((name) => [OIDS.commonName, name] as const),
  ]);
  const certificate = { issuer, subject, validity, publicKey, extensions };
  const signed = signCertificate(certificate, createPrivateKey(authority.key));
  return { chain: toPem(signed) + authority.certificate, key: exportKey(privateKey) };
}

interface CertificateFields {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** Certificate of version 3, RFC 5280, 4.1. */
function signCertificate(fields: CertificateFields, key: KeyObject): Buffer {
  const { notBefore, notAfter } = fields.validity;
  const toBeSigned = encodeSequence(
    encodeExplicit(0, encodeInteger(Buffer.of(2))),
    encodeInteger(randomBytes(16)),
    SIGNATURE_ALGORITHM,
    fields.issuer,
    encodeSequence(encodeTime(notBefore), encodeTime(notAfter)),
    fields.subject,
    fields.publicKey.export({ type: 'spki', format: 'der' }),
    encodeExplicit(3, encodeSequence(...fields.extensions)),
  );
  return encodeSequence(toBeSigned, SIGNATURE_ALGORITHM, encodeBitString(sign('sha256', toBeSigned, key)));
}

function encodeExtension(identifier: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [encodeTrue()] : [];
  return encodeSequence(encodeObjectIdentifier(identifier), ...critical, encodeOctetString(value));
}

const encodeKeyUsage = ({ byte, unusedBits }: typeof KEY_CERT_SIGN): Buffer =>
  encodeExtension(OIDS.keyUsage, encodeBitString(Buffer.of(byte), unusedBits), true);

/** Two authorities for one name differ by their keys, so that a verifier takes the right one at once. */
function encodeAuthorityName(label: string, publicKey: KeyObject): Buffer {
  return encodeName([
    [OIDS.organizationName, 'Pullgate'],
    [OIDS.commonName, `Pullgate for ${label}`],
    [OIDS.serialNumber, toKeyIdentifier(publicKey).toString('hex')],
  ]);
}

function encodeName(attributes: readonly (readonly [identifier: string, value: string])[]): Buffer {
  const sets = attributes.map(([identifier, value]) =>
    encodeSet(
      encodeSequence(encodeObjectIdentifier(identifier), encodeUtf8(value.slice(0, MAX_COMMON_NAME_LENGTH))),
    ),
  );
  return encodeSequence(...sets);
}

function toKeyIdentifier(publicKey: KeyObject): Buffer {
  const info = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(info).digest().subarray(0, KEY_IDENTIFIER_BYTES);
}

function toGeneralNames({ dns, addresses }: TrustNames): readonly Buffer[] {
  return [
    ...dns.map(encodeDnsName),
    ...addresses.map((text) => encodeImplicit(IP_ADDRESS, toAddressBytes(text))),
  ];
}

const encodeDnsName = (name: string): Buffer => encodeImplicit(DNS_NAME, Buffer.from(name, 'ascii'));

/**
 * Stops a stolen authority from speaking for anything else. A permitted name permits what lies below it, so that is excluded;
 * a kind of name of which nothing is permitted is excluded as a whole, since what is not mentioned is not limited.
 */
function encodeNameConstraints({ dns, addresses, excludedDns }: TrustNames): Buffer {
  const permitted = [
    ...dns.map(encodeDnsName),
    ...addresses.map((address) => encodeNetwork(toAddressBytes(address), 0xff)),
  ];
  const excluded = [
    ...(dns.length === 0 ? [encodeDnsName('')] : excludedDns.map(encodeDnsName)),
    ...[4, 16]
      .filter((bytes) => !addresses.some((address) => toAddressBytes(address).length === bytes))
      .map((bytes) => encodeNetwork(Buffer.alloc(bytes), 0)),
  ];
  const toSubtrees = (names: readonly Buffer[]): Buffer =>
    Buffer.concat(names.map((name) => encodeSequence(name)));
  return encodeSequence(encodeExplicit(0, toSubtrees(permitted)), encodeExplicit(1, toSubtrees(excluded)));
}

/** Address and mask, RFC 5280, 4.2.1.10. */
const encodeNetwork = (address: Buffer, mask: 0 | 0xff): Buffer =>
  encodeImplicit(IP_ADDRESS, Buffer.concat([address, Buffer.alloc(address.length, mask)]));

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const exportKey = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
