/**
 * Recomputes the chain of an organization, some entries at a time, and compares its end with the head that is kept beside it.
 * Finds what was changed past the database's triggers, by whoever can write its file.
 */

import type { ActivityVerification } from '@pullgate/protocol';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { sealOf } from './seal.ts';
import { type ActivityEnd, readChain, readEnd } from './store.ts';

type Broken = NonNullable<ActivityVerification['broken']>;
type Why = Broken['why'];

/** As far as the chain holds. */
interface Walked {
  /** Place of the last entry that holds; 0 before any. */
  readonly seq: number;
  /** Its seal. */
  readonly hash: string;
  /** Place of the entry whose seal was asked for. */
  readonly notedAt?: number;
  readonly broken?: Broken;
}

/** Entries in memory at one time. */
const ENTRIES_AT_ONCE = 500;

/** @param notedHash seal of the last entry at an earlier time, which must still be in the chain */
export async function verifyChain(
  db: Kysely<Database>,
  organizationId: string,
  notedHash?: string,
): Promise<ActivityVerification> {
  // what is appended from here on is left to the next time
  const end = await readEnd(db, organizationId);
  const walked = await walk(db, organizationId, end, notedHash);
  const broken = walked.broken ?? judgeEnd(walked, end, notedHash);
  return {
    entries: walked.seq,
    ...(walked.seq === 0 ? {} : { head: `sha256:${walked.hash}` }),
    ...(walked.notedAt === undefined ? {} : { notedAt: walked.notedAt }),
    ...(broken === undefined ? {} : { broken }),
  };
}

async function walk(
  db: Kysely<Database>,
  organizationId: string,
  { head, lastSeq }: ActivityEnd,
  notedHash: string | undefined,
): Promise<Walked> {
  const toSeq = head?.seq ?? lastSeq;
  let walked: Walked = { seq: 0, hash: '' };
  for (;;) {
    const afterSeq = walked.seq === 0 ? undefined : walked.seq;
    const rows = await readChain(db, { organizationId, afterSeq, toSeq, limit: ENTRIES_AT_ONCE });
    if (rows.length === 0) return walked;
    for (const { hash, ...row } of rows) {
      const broken = judgeEntry(row, hash, walked);
      if (broken !== undefined) return { ...walked, broken };
      walked = { ...walked, seq: row.seq, hash, ...(hash === notedHash ? { notedAt: row.seq } : {}) };
    }
  }
}

function judgeEntry(row: Parameters<typeof sealOf>[0], hash: string, before: Walked): Broken | undefined {
  const seq = before.seq + 1;
  if (row.seq > seq) return toBroken('missing', seq, row.seq - 1);
  if (row.seq < seq) return toBroken('inserted', row.seq);
  if (sealOf(row) !== hash) return toBroken('changed', seq);
  return row.prev_hash === before.hash ? undefined : toBroken('replaced', seq);
}

/** Entries that hold may still be fewer, more or other ones than the head says. */
function judgeEnd(
  { seq, hash, notedAt }: Walked,
  { head, lastSeq }: ActivityEnd,
  notedHash: string | undefined,
): Broken | undefined {
  // an organization begins with an entry
  if (seq === 0) return toBroken('missing', 1, Math.max(1, head?.seq ?? 1));
  if (head === undefined) return toBroken('head-missing', seq);
  if (head.seq > seq) return toBroken('missing', seq + 1, head.seq);
  if (head.hash !== hash) return toBroken('head-differs', seq);
  if (lastSeq > seq) return toBroken('inserted', seq + 1);
  if (notedHash !== undefined && notedAt === undefined) return toBroken('noted-head-missing');
  return undefined;
}

const TEXTS: Readonly<Record<Why, string>> = {
  changed: 'it was changed after it was written',
  missing: 'it is missing',
  inserted: 'it was put in past the server',
  replaced: 'it does not follow the entry before, which was replaced',
  'head-missing': 'the head kept beside the entries is missing: later entries may have been removed',
  'head-differs': 'it is not the one that the head kept beside the entries names',
  'noted-head-missing': 'no entry has the noted head: the chain was rewritten, or cut before that entry',
};

function toBroken(why: Why, seq?: number, toSeq?: number): Broken {
  const text =
    toSeq === undefined || toSeq === seq ? TEXTS[why] : `it is missing, and so are all up to ${toSeq}`;
  return { ...(seq === undefined ? {} : { seq }), why, text };
}
