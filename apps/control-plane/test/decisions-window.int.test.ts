/** Decisions beyond what one page looks through: found all the same, page after page, each once. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DecisionItem } from '@pullgate/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';
import { enrollMachine, record } from './machine.ts';

/** Two windows of 20,000 and some. */
const MANY = 45_000;

let plane: Harness;
let now = 0;
beforeAll(async () => {
  plane = await startHarness();
  now = Date.now() - 3600_000;
  const laptop = await enrollMachine(plane, { name: 'busy' });
  await laptop.send('log', [
    record(1, { at: now, registry: 'docker.io', action: 'pull' }),
    record(2, { at: now - 10 * MANY, registry: 'docker.io', action: 'delete', message: 'the needle' }),
  ]);
  copyFirst();
});
afterAll(async () => {
  await plane.close();
});

/** Copies of the first record between it and the second. */
function copyFirst(): void {
  const database = new DatabaseSync(join(plane.config.dataDir, 'pullgate.sqlite'), { timeout: 5000 });
  const names = (database.prepare('pragma table_info(decisions)').all() as { name: string }[]).map(
    ({ name }) => name,
  );
  const values = names.map((name) =>
    name === 'seq' ? 'n.value + 10' : name === 'at' ? 'at - n.value' : name,
  );
  database.exec(`with recursive n(value) as (select 1 union all select value + 1 from n where value < ${MANY})
    insert into decisions (${names.join(', ')}) select ${values.join(', ')} from decisions, n where seq = 1`);
  database.close();
}

async function pagesOf(query: string): Promise<DecisionItem[][]> {
  const pages: DecisionItem[][] = [];
  let cursor = '';
  do {
    const { status, body } = await plane.owner.get(`decisions?${query}${cursor}`);
    expect(status).toBe(200);
    pages.push(body.items);
    cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
  } while (cursor !== '');
  return pages;
}

describe('a record behind 45,000 others', () => {
  it.each([
    'action=delete',
    'q=needle',
    'registry=docker.io&action=delete',
    'registry=docker.io&q=NEEDLE&attempts=true',
  ])('is found by %s, on the third page', async (query) => {
    const pages = await pagesOf(query);
    expect(pages.map((page) => page.map(({ seq }) => seq))).toEqual([[], [], [2]]);
  });

  it('is found at once between two times', async () => {
    const pages = await pagesOf(`action=delete&since=${now - 20 * MANY}&until=${now - MANY - 1}`);
    expect(pages.map((page) => page.map(({ seq }) => seq))).toEqual([[2]]);
  });

  it('is not found where it is not: pages are empty until the last', async () => {
    expect(await pagesOf('q=no-such-needle')).toEqual([[], [], []]);
  });
});
