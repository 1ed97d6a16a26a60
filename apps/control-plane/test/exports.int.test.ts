/** Exports over HTTP: whole, safe to open, recorded, and no burden on the server when nobody reads on. */

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';
import { enrollMachine, record, type TestMachine } from './machine.ts';
import { parseCsv } from './parse-csv.ts';

const MANY = 20_000;

let plane: Harness;
let laptop: TestMachine;
beforeAll(async () => {
  plane = await startHarness();
  laptop = await enrollMachine(plane, { name: '=cmd|calc' });
  const at = Date.now() - 3600_000;
  await laptop.send('hostile', [
    record(1, { at, registry: 'quay.io', message: '=HYPERLINK("http://evil.example")', engine: '@x' }),
    record(2, { at: at + 1, registry: 'quay.io', repository: '+a/b', tag: '-1', message: 'a,"b"' }),
  ]);
  copyDecisions();
});
afterAll(async () => {
  await plane.close();
});

/** As many records as no test could send, straight into the database. */
function copyDecisions(): void {
  const database = new DatabaseSync(join(plane.config.dataDir, 'pullgate.sqlite'), { timeout: 5000 });
  const names = (database.prepare('pragma table_info(decisions)').all() as { name: string }[]).map(
    ({ name }) => name,
  );
  const values = names.map((name) => {
    if (name === 'seq') return 'n.value + 10';
    if (name === 'at') return 'at - 1000 - n.value';
    if (name === 'registry') return "'docker.io'";
    return name;
  });
  database.exec(`with recursive n(value) as (select 1 union all select value + 1 from n where value < ${MANY})
    insert into decisions (${names.join(', ')}) select ${values.join(', ')} from decisions, n where seq = 1`);
  database.close();
}

async function lastEntry(event: string) {
  return (await plane.owner.get(`activity?event=${event}&limit=1`)).body.items[0];
}

describe('an export of decisions', () => {
  it('holds all of them, as CSV', async () => {
    const { status, headers, body } = await plane.owner.get('decisions/export');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="acme-decisions-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const rows = parseCsv(body);
    expect(rows).toHaveLength(MANY + 2);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(MANY + 2);
  });

  it('runs no formula', async () => {
    const { body } = await plane.owner.get('decisions/export?format=csv&registry=quay.io');
    const rows = parseCsv(body);
    expect(rows).toMatchObject([
      { machine_name: "'=cmd|calc", repository: "'+a/b", tag: "'-1", message: 'a,"b"' },
      { machine_name: "'=cmd|calc", message: '\'=HYPERLINK("http://evil.example")', engine: "'@x" },
    ]);
    expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });

  it('holds what the listing shows, as JSON', async () => {
    for (const query of ['registry=quay.io', 'registry=quay.io&attempts=true', 'verdict=deny&q=nothing']) {
      const { items } = (await plane.owner.get(`decisions?limit=200&${query}`)).body;
      const { body } = await plane.owner.get(`decisions/export?format=json&${query}`);
      expect(body).toEqual(items);
    }
    expect((await plane.owner.get('decisions/export?format=json')).body).toHaveLength(MANY + 2);
  });

  it('is recorded, of a search only that there was one', async () => {
    await plane.owner.get('decisions/export?format=json&q=olga&person=p1');
    expect(await lastEntry('decisions.exported')).toMatchObject({
      target: { kind: 'decisions', id: 'json' },
      after: { format: 'json', filter: { q: true, person: 'p1' } },
    });
    expect(JSON.stringify(await lastEntry('decisions.exported'))).not.toContain('olga');
  });

  it.each(['format=xml', 'limit=5', 'verdict=maybe'])('refuses %s', async (query) => {
    expect((await plane.owner.get(`decisions/export?${query}`)).status).toBe(400);
  });
});

describe('an export of Activity', () => {
  it('holds the chain, the export itself first', async () => {
    const { body, headers } = await plane.owner.get('activity/export?format=json');
    expect(headers.get('content-disposition')).toMatch(/acme-activity-.*\.json"$/);
    expect(body[0]).toMatchObject({ event: 'activity.exported', seq: body.length });
    expect(body.map(({ seq }: { seq: number }) => seq)).toEqual(
      Array.from({ length: body.length }, (_, at) => body.length - at),
    );
  });

  it('is narrowed as the listing is, and safe to open', async () => {
    const { body } = await plane.owner.get('activity/export?event=machine');
    const rows = parseCsv(body);
    expect(rows).toMatchObject([{ event: 'machine.enrolled', actor_name: "'=cmd|calc" }]);
    expect((await lastEntry('activity.exported')).after).toEqual({
      format: 'csv',
      filter: { event: 'machine' },
    });
  });

  it('needs the scope', async () => {
    const made = await plane.owner.post('tokens', { name: 'few', scopes: ['decisions:read'] });
    const client = plane.clientWith({ authorization: `Bearer ${made.body.token}` });
    expect((await client.get('activity/export')).status).toBe(403);
    expect((await client.get('decisions/export?registry=quay.io')).status).toBe(200);
  });
});

describe('a client of an export', () => {
  async function open(): Promise<IncomingMessage> {
    const path = `/api/v1/organizations/${plane.organization.slug}/decisions/export?format=json`;
    const sent = request(`${plane.url}${path}`, { headers: { authorization: `Bearer ${plane.token}` } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    return response;
  }

  it('may hang up', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, open));
    for (const response of responses) response.destroy();
    await pause(10);
    expect((await plane.owner.get('decisions?limit=1')).status).toBe(200);
  });

  it('that does not read on is cut off when the server stops, and holds no whole file', async () => {
    const response = await open();
    const chunks: Buffer[] = [];
    const ended = new Promise<void>((resolve) => response.once('close', resolve));
    await plane.restart();
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    await ended;
    expect(response.complete).toBe(false);
    expect(Buffer.concat(chunks).toString()).not.toMatch(/\]\n$/);
  });
});
