/** Writes DER (X.690), as much of it as certificates need. Reads nothing: what is parsed here was written by strangers. */

/** Universal tags, with the bit that says "constructed" where it belongs. */
const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

function encode(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export function encodeSequence(...parts: readonly Uint8Array[]): Buffer {
  return encode(TAGS.sequence, Buffer.concat(parts));
}

export function encodeSet(...parts: readonly Uint8Array[]): Buffer {
  return encode(TAGS.set, Buffer.concat(parts));
}

export const encodeTrue = (): Buffer => encode(TAGS.boolean, Buffer.from([0xff]));

/** @param bytes big-endian, without sign */
export function encodeInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first));
  const isNegative = (significant[0] ?? 0) >= 0x80;
  return encode(TAGS.integer, isNegative ? Buffer.concat([Buffer.from([0]), significant]) : significant);
}

/** @param unusedBits how many of the last byte's bits do not count */
export function encodeBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return encode(TAGS.bitString, Buffer.concat([Buffer.from([unusedBits]), bytes]));
}

export const encodeOctetString = (bytes: Uint8Array): Buffer => encode(TAGS.octetString, bytes);

export const encodeUtf8 = (text: string): Buffer => encode(TAGS.utf8String, Buffer.from(text, 'utf8'));

/** @param text `2.5.29.30` */
export function encodeObjectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap(toBase128);
  return encode(TAGS.objectIdentifier, Buffer.from(bytes));
}

/** Seven bits a byte, all but the last with the highest bit set. */
function toBase128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

/** RFC 5280, 4.1.2.5: two digits for the year through 2049, four from then on. */
export function encodeTime(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return Number(text.slice(0, 4)) < 2050
    ? encode(TAGS.utcTime, Buffer.from(text.slice(2)))
    : encode(TAGS.generalizedTime, Buffer.from(text));
}

/** `[number]` around whole values. */
export function encodeExplicit(number: number, ...parts: readonly Uint8Array[]): Buffer {
  return encode(CONTEXT | CONSTRUCTED | number, Buffer.concat(parts));
}

/** `[number]` in place of the tag of a value that is not made of others. */
export function encodeImplicit(number: number, content: Uint8Array): Buffer {
  return encode(CONTEXT | number, content);
}
