/** Holds one file of the spool: made, opened again after a crash, appended to, read. Leaves which segments exist to `spool.ts`. */

import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrames, encodeFrame } from './frame.ts';

const NAME = /^(\d{16})\.spool$/;

export interface Segment {
  readonly path: string;
  readonly log: string;
  /** Bytes that are known to be whole and on disk. */
  bytes: number;
  records: number;
  /** Greatest sequence number in it; that before its first while it is empty. */
  lastSeq: number;
}

export const isSegmentName = (name: string): boolean => NAME.test(name);

/** Makes a segment whose first record will be `firstSeq`. On return its header is on disk. */
export async function createSegment(dir: string, log: string, firstSeq: number): Promise<Segment> {
  const path = join(dir, `${String(firstSeq).padStart(16, '0')}.spool`);
  const header = encodeFrame({ seq: 0, payload: JSON.stringify({ v: 1, log }) });
  const file = await open(path, 'w', 0o600);
  try {
    await file.write(header, 0, header.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  return { path, log, bytes: header.length, records: 0, lastSeq: firstSeq - 1 };
}

/** Reads a segment that an earlier run left. Undefined when not even its header is whole. */
export async function loadSegment(path: string): Promise<Segment | undefined> {
  const bytes = await readFile(path);
  let segment: Segment | undefined;
  for (const { seq, payload, end } of decodeFrames(bytes)) {
    if (segment === undefined) {
      const log = logOf(payload);
      if (seq !== 0 || log === undefined) return undefined;
      segment = { path, log, bytes: end, records: 0, lastSeq: firstSeqOf(path) - 1 };
    } else {
      segment.records += 1;
      [segment.bytes, segment.lastSeq] = [end, seq];
    }
  }
  return segment;
}

/** Writes at the known end and syncs. When it throws, nothing counts as written, and the end stays where it was. */
export async function appendToSegment(
  segment: Segment,
  frames: Buffer,
  count: number,
  lastSeq: number,
): Promise<void> {
  const file = await open(segment.path, 'r+');
  try {
    await writeAll(file, frames, segment.bytes);
    await file.datasync();
  } catch (error) {
    await file.truncate(segment.bytes).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  segment.bytes += frames.length;
  segment.records += count;
  segment.lastSeq = lastSeq;
}

/** Reads whole frames from `offset`, at most about `maxBytes` of them. */
export async function readSegment(segment: Segment, offset: number, maxBytes: number): Promise<Buffer> {
  const file = await open(segment.path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(maxBytes, segment.bytes - offset));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A full disk takes the first part of a write and refuses the rest. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function firstSeqOf(path: string): number {
  return Number(NAME.exec(path.slice(-'0000000000000000.spool'.length))?.[1] ?? 1);
}

function logOf(payload: string): string | undefined {
  try {
    const { v, log } = JSON.parse(payload) as { v?: unknown; log?: unknown };
    return v === 1 && typeof log === 'string' ? log : undefined;
  } catch {
    return undefined;
  }
}
