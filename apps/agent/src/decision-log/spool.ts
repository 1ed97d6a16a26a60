/**
 * Keeps decision records on disk until the control plane has them: append-only segments, synced before they are sent, bounded
 * in size. Survives `kill -9` and a full disk. Leaves sending to `batch-sender.ts`.
 */

import { randomUUID } from 'node:crypto';
import { mkdir, unlink } from 'node:fs/promises';
import type { DecisionRecord } from '@pullgate/protocol';
import { syncDirectory } from '../data-dir/write-durably.ts';
import { decodeFrames, encodeFrame } from './frame.ts';
import { recoverSpool, storeMark } from './recover-spool.ts';
import { appendToSegment, createSegment, readSegment, type Segment } from './segment.ts';

/** A sixteenth of the spool is lost at once when it overflows. */
const SEGMENTS = 16;

/** More than a thousand records of usual size: one read serves one batch. */
const READ_BYTES = 1024 * 1024;

export type UnnumberedRecord = Omit<DecisionRecord, 'seq'>;

export interface SpoolBatch {
  readonly log: string;
  readonly records: DecisionRecord[];
}

export interface SpoolStatus {
  /** Records on disk that the control plane has not acknowledged. */
  readonly pending: number;
  /** Records lost since start: overflow, full or broken disk. */
  readonly dropped: number;
}

/** All methods run one after another, so callers need not wait for each other. */
export interface Spool {
  /**
   * Numbers and stores records; they are on disk on return. Never throws: what cannot be stored is counted as dropped, and
   * its numbers stay unused, so that the control plane sees the gap. Returns the records as numbered.
   */
  append(records: readonly UnnumberedRecord[]): Promise<DecisionRecord[]>;
  /** Counts records that were lost before they reached the spool; their numbers stay unused. */
  skip(count: number): Promise<void>;
  /** The oldest records not yet acknowledged, at most `limit`; undefined when there are none. */
  read(limit: number): Promise<SpoolBatch | undefined>;
  /** Takes the control plane's high-water mark: everything up to `seq` may go. */
  acknowledge(seq: number): Promise<void>;
  status(): SpoolStatus;
}

export interface SpoolOptions {
  readonly dir: string;
  readonly maxBytes: number;
}

interface SpoolState extends SpoolOptions {
  /** Oldest first; the last one is appended to. */
  segments: Segment[];
  log: string;
  nextSeq: number;
  acknowledged: number;
  /** Where in the oldest segment the records begin that are not acknowledged, and how many stand before. */
  offset: number;
  passed: number;
  pending: number;
  dropped: number;
}

/** Opens the spool, whatever an earlier run left of it. @throws system errors of the directory itself. */
export async function openSpool({ dir, maxBytes }: SpoolOptions): Promise<Spool> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { segments, acknowledged } = await recoverSpool(dir);
  const newest = segments.at(-1);
  const state: SpoolState = {
    dir,
    maxBytes,
    segments,
    log: newest?.log ?? randomUUID(),
    nextSeq: (newest?.lastSeq ?? 0) + 1,
    acknowledged,
    offset: 0,
    passed: 0,
    pending: segments.reduce((sum, segment) => sum + segment.records, 0),
    dropped: 0,
  };
  await passAcknowledged(state);
  return createSpool(state);
}

function createSpool(state: SpoolState): Spool {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    append: (records) => inTurn(() => append(state, records)),
    skip: (count) => inTurn(async () => drop(state, count)),
    read: (limit) => inTurn(() => readBatch(state, limit)),
    acknowledge: (seq) => inTurn(() => acknowledge(state, seq)),
    status: () => ({ pending: state.pending, dropped: state.dropped }),
  };
}

/** Numbers are used up by loss: the gap is what tells the control plane. */
function drop(state: SpoolState, count: number): void {
  state.dropped += count;
  state.nextSeq += count;
}

async function append(state: SpoolState, records: readonly UnnumberedRecord[]): Promise<DecisionRecord[]> {
  const first = state.nextSeq;
  const numbered = records.map((record, index) => ({ ...record, seq: first + index }));
  const frames = Buffer.concat(
    numbered.map((record) => encodeFrame({ seq: record.seq, payload: JSON.stringify(record) })),
  );
  if (await storeOrMakeRoom(state, frames, records.length)) {
    state.nextSeq += records.length;
    state.pending += records.length;
  } else drop(state, records.length);
  while (totalBytes(state) > state.maxBytes && state.segments.length > 1) await dropOldest(state);
  return numbered;
}

/** A full disk: the oldest records make room for the newest. Every other fault is tried once more, too. */
async function storeOrMakeRoom(state: SpoolState, frames: Buffer, count: number): Promise<boolean> {
  if (await store(state, frames, count)) return true;
  if (state.segments.length > 1) await dropOldest(state);
  return await store(state, frames, count);
}

async function store(state: SpoolState, frames: Buffer, count: number): Promise<boolean> {
  try {
    const segment = await segmentFor(state);
    await appendToSegment(segment, frames, count, state.nextSeq + count - 1);
    return true;
  } catch {
    return false;
  }
}

async function segmentFor(state: SpoolState): Promise<Segment> {
  const current = state.segments.at(-1);
  if (current !== undefined && current.bytes < state.maxBytes / SEGMENTS) return current;
  const created = await createSegment(state.dir, state.log, state.nextSeq);
  await syncDirectory(state.dir);
  state.segments.push(created);
  await passAcknowledged(state);
  return created;
}

function totalBytes(state: SpoolState): number {
  return state.segments.reduce((sum, segment) => sum + segment.bytes, 0);
}

async function dropOldest(state: SpoolState): Promise<void> {
  const waiting = (state.segments[0]?.records ?? 0) - state.passed;
  state.dropped += waiting;
  state.pending -= waiting;
  await removeOldest(state);
}

async function removeOldest(state: SpoolState): Promise<void> {
  const oldest = state.segments.shift();
  [state.offset, state.passed] = [0, 0];
  if (oldest !== undefined) await unlink(oldest.path).catch(() => undefined);
}

async function readBatch(state: SpoolState, limit: number): Promise<SpoolBatch | undefined> {
  for (const [index, segment] of state.segments.entries()) {
    const bytes = await readFrames(segment, index === 0 ? state.offset : 0);
    const records: DecisionRecord[] = [];
    for (const { seq, payload } of decodeFrames(bytes)) {
      if (seq > state.acknowledged) records.push(JSON.parse(payload) as DecisionRecord);
      if (records.length === limit) break;
    }
    if (records.length > 0) return { log: state.log, records };
  }
  return undefined;
}

/** What cannot be read now is as good as not there; it is tried again with the next batch. */
async function readFrames(segment: Segment, offset: number): Promise<Buffer> {
  return await readSegment(segment, offset, READ_BYTES).catch(() => Buffer.alloc(0));
}

async function acknowledge(state: SpoolState, seq: number): Promise<void> {
  if (seq >= state.nextSeq) return await startNewLog(state);
  if (seq <= state.acknowledged) return;
  state.acknowledged = seq;
  await storeMark(state.dir, state.log, seq);
  await passAcknowledged(state);
}

/**
 * The control plane knows numbers that were never given out here: the spool is an old copy (a restored disk). Going on would
 * have new records taken for known ones, so a new log begins; what waited cannot be told from what was sent, and is dropped.
 */
async function startNewLog(state: SpoolState): Promise<void> {
  while (state.segments.length > 0) await dropOldest(state);
  state.log = randomUUID();
  [state.nextSeq, state.acknowledged] = [1, 0];
}

/** Removes segments that hold nothing the control plane lacks; the last one stays, since it carries log id and numbering. */
async function passAcknowledged(state: SpoolState): Promise<void> {
  for (;;) {
    const oldest = state.segments[0];
    if (oldest === undefined || !(await passWithin(state, oldest)) || state.segments.length === 1) return;
    await removeOldest(state);
  }
}

/** Moves past acknowledged records; true when nothing is left behind them. */
async function passWithin(state: SpoolState, segment: Segment): Promise<boolean> {
  while (state.offset < segment.bytes) {
    const start = state.offset;
    for (const { seq, end } of decodeFrames(await readFrames(segment, start))) {
      if (seq > state.acknowledged) return false;
      state.offset = start + end;
      if (seq === 0) continue;
      state.passed += 1;
      state.pending -= 1;
    }
    if (state.offset === start) return false;
  }
  return true;
}
