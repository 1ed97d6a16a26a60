/** Finds out what an earlier run left of the spool. Leaves using it to `spool.ts`. */

import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSegmentName, loadSegment, type Segment } from './segment.ts';

export interface Recovered {
  /** Of one log, oldest first. */
  readonly segments: Segment[];
  /** The control plane's high-water mark as last heard; 0 when not known. */
  readonly acknowledged: number;
}

/** Loads the segments of the newest log. Removes what is damaged at its head, of an older log, or of a log that cannot go on. */
export async function recoverSpool(dir: string): Promise<Recovered> {
  const loaded = await loadSegments(dir);
  const log = loaded.at(-1)?.log;
  const acknowledged = await loadMark(dir, log);
  // Numbers beyond the newest segment were acknowledged: it is not the newest that there was. A new log must begin.
  const broken = acknowledged > (loaded.at(-1)?.lastSeq ?? 0);
  const segments = broken ? [] : loaded.filter((segment) => segment.log === log);
  for (const segment of loaded) if (!segments.includes(segment)) await remove(segment.path);
  return { segments, acknowledged: broken ? 0 : acknowledged };
}

async function loadSegments(dir: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of (await readdir(dir)).filter(isSegmentName).sort()) {
    const segment = await loadSegment(join(dir, name)).catch(() => undefined);
    if (segment === undefined) await remove(join(dir, name));
    else segments.push(segment);
  }
  return segments;
}

const remove = (path: string): Promise<void> => unlink(path).catch(() => undefined);

const markFile = (dir: string): string => join(dir, 'acknowledged.json');

/** Keeps a hint that saves sending again after a restart; not synced, and its loss does no harm. */
export async function storeMark(dir: string, log: string, acknowledged: number): Promise<void> {
  await writeFile(markFile(dir), JSON.stringify({ log, acknowledged }), { mode: 0o600 }).catch(
    () => undefined,
  );
}

async function loadMark(dir: string, log: string | undefined): Promise<number> {
  try {
    const mark = JSON.parse(await readFile(markFile(dir), 'utf8')) as {
      log?: unknown;
      acknowledged?: unknown;
    };
    return mark.log === log && Number.isSafeInteger(mark.acknowledged) ? Number(mark.acknowledged) : 0;
  } catch {
    return 0;
  }
}
