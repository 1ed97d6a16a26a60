/**
 * Encodes and decodes the frames of a spool segment, so that a torn or damaged end is told from records.
 *
 *     segment = header-frame *record-frame
 *     frame   = length(u32) checksum(u32) seq(u48) payload     ; big-endian; checksum: CRC-32 over seq and payload
 *     header  = seq 0, payload {"v":1,"log":ID}
 */

import { crc32 } from 'node:zlib';

const PREFIX_BYTES = 14;
const SEQ_OFFSET = 8;
const SEQ_BYTES = 6;

/** A record is at most some 2 KiB; a longer frame is damage, and is not allocated for. */
const MAX_PAYLOAD_BYTES = 16 * 1024;

export interface Frame {
  readonly seq: number;
  readonly payload: string;
}

export function encodeFrame({ seq, payload }: Frame): Buffer {
  const length = Buffer.byteLength(payload);
  const bytes = Buffer.allocUnsafe(PREFIX_BYTES + length);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUIntBE(seq, SEQ_OFFSET, SEQ_BYTES);
  bytes.write(payload, PREFIX_BYTES);
  bytes.writeUInt32BE(crc32(bytes.subarray(SEQ_OFFSET)), 4);
  return bytes;
}

/**
 * Yields whole frames and the offset behind each. Ends, without error, at the first that is torn, damaged, or not greater
 * than the one before: what follows such a place cannot be trusted.
 */
export function* decodeFrames(bytes: Buffer, after = -1): Generator<Frame & { readonly end: number }> {
  let offset = 0;
  let last = after;
  while (offset + PREFIX_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(offset);
    const end = offset + PREFIX_BYTES + length;
    if (length > MAX_PAYLOAD_BYTES || end > bytes.length) return;
    const seq = bytes.readUIntBE(offset + SEQ_OFFSET, SEQ_BYTES);
    const intact = crc32(bytes.subarray(offset + SEQ_OFFSET, end)) === bytes.readUInt32BE(offset + 4);
    if (!intact || seq <= last) return;
    yield { seq, payload: bytes.toString('utf8', offset + PREFIX_BYTES, end), end };
    [offset, last] = [end, seq];
  }
}
