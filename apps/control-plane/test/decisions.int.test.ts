import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { DecisionItem, DecisionRecord } from '@pullgate/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/database/open.ts';
import { purgeDecisions } from '../src/features/decisions/purge.ts';
import { type Harness, startHarness } from './harness.ts';
import { enrollMachine, openStream, record, type TestMachine } from './machine.ts';

let plane: Harness;
let machine: TestMachine;
beforeAll(async () => {
  plane = await startHarness();
  machine = await enrollMachine(plane, { name: 'laptop-7' });
});
afterAll(async () => {
  await plane.close();
});

const range = (from: number, to: number, changes: Partial<DecisionRecord> = {}) =>
  Array.from({ length: to - from + 1 }, (_, at) => record(from + at, changes));

async function listAll(query: string, limit = 200): Promise<DecisionItem[]> {
  const items: DecisionItem[] = [];
  let cursor = '';
  do {
    const { body } = await plane.owner.get(`decisions?limit=${limit}&${query}${cursor}`);
    items.push(...body.items);
    cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
  } while (cursor !== '');
  return items;
}

const logOf = async (of: TestMachine) => {
  await of.heartbeat();
  return (await plane.owner.get(`machines/${of.id}`)).body.log;
};

describe('batches', () => {
  it('count once however often they come, and show gaps until they are filled', async () => {
    const sender = await enrollMachine(plane, { name: 'sender' });
    expect(await sender.send('log-a', range(1, 10))).toMatchObject({ status: 200, body: { accepted: 10 } });
    expect((await sender.send('log-a', range(1, 10))).body.accepted).toBe(10);
    expect((await sender.send('log-a', range(21, 30))).body.accepted).toBe(30);
    expect((await logOf(sender)).gaps).toEqual([{ from: 11, to: 20 }]);
    expect((await sender.send('log-a', range(8, 15))).body.accepted).toBe(30);
    expect((await logOf(sender)).gaps).toEqual([{ from: 16, to: 20 }]);
    await Promise.all([sender.send('log-a', range(14, 20)), sender.send('log-a', range(12, 22))]);
    expect((await logOf(sender)).gaps).toEqual([]);
    const seqs = (await listAll(`machine=${sender.id}`)).map(({ seq }) => seq);
    expect(seqs.toSorted((a, b) => a - b)).toEqual(range(1, 30).map(({ seq }) => seq));
    expect((await sender.send('log-b', range(1, 2))).body.accepted).toBe(2);
    expect(await listAll(`machine=${sender.id}`)).toHaveLength(32);
  });

  it('of a thousand records are taken, of more are not', async () => {
    const sender = await enrollMachine(plane, { name: 'bulk' });
    const long = {
      message: 'x'.repeat(300),
      repository: 'r'.repeat(255),
      tag: 't'.repeat(128),
      engine: 'e'.repeat(128),
    };
    expect((await sender.send('full', range(1, 1000, long))).body.accepted).toBe(1000);
    expect((await sender.send('full', range(1, 1001))).status).toBe(400);
    const huge = `{"log":"full","records":[${' '.repeat(3 * 1024 * 1024)}]}`;
    expect((await sender.call('POST', '/agent/v1/decisions', huge)).status).toBe(413);
  });

  it.each([
    ['no record', []],
    ['a number of none', [{ ...record(1), seq: 0 }]],
    ['a number too great', [{ ...record(1), seq: 2 ** 60 }]],
    ['a field that is unknown', [{ ...record(1), digest: 'sha256:00' }]],
    ['a verdict that is none', [{ ...record(1), verdict: 'maybe' }]],
  ])('with %s are refused whole', async (_name, records) => {
    const answer = await machine.call('POST', '/agent/v1/decisions', { log: 'bad', records });
    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });

  it('need a machine', async () => {
    const answer = await plane.owner.post('/agent/v1/decisions', { log: 'x', records: [record(1)] });
    expect(answer.status).toBe(401);
  });

  it('carry nothing to a terminal, and no time to come', async () => {
    const sender = await enrollMachine(plane, { name: 'hostile' });
    const at = Date.now() + 1e10;
    await sender.send('h', [record(1, { at, registry: 'evil\u001b[2J.example', message: 'line\nbreak' })]);
    const [item] = await listAll(`machine=${sender.id}`);
    expect(item).toMatchObject({ registry: 'evil\ufffd[2J.example', message: 'line\ufffdbreak' });
    expect(item?.at).toBeLessThan(at);
  });
});

describe('the listing', () => {
  let now = 0;
  let lister: TestMachine;
  beforeAll(async () => {
    lister = await enrollMachine(plane, { name: 'lister' });
    now = Date.now() - 3600_000;
    const denied = { verdict: 'deny', reason: 'NOT_LISTED', message: 'acme does not allow quay.io' } as const;
    await lister.send('list', [
      record(1, { at: now, registry: 'docker.io', repository: 'library/alpine', tag: '3', action: 'pull' }),
      record(2, { at: now + 1000, registry: 'quay.io', ...denied, effect: 'forward' }),
      record(3, { at: now + 2000, registry: 'quay.io', ...denied, effect: 'forward' }),
      record(4, { at: now + 60_000, registry: 'quay.io', ...denied, effect: 'refuse' }),
      record(5, {
        at: now + 70_000,
        registry: 'ghcr.io',
        repository: 'acme/100%_sure',
        ruleId: 'github',
        action: 'push',
        point: 'gateway',
        user: 'person-5',
      }),
    ]);
  });

  it.each([
    ['verdict=deny', [4, 3, 2]],
    ['verdict=allow', [5, 1]],
    ['registry=quay.io', [4, 3, 2]],
    ['reason=NOT_LISTED', [4, 3, 2]],
    ['effect=refuse', [4]],
    ['verdict=deny&effect=forward', [3, 2]],
    ['repository=library/alpine', [1]],
    ['repository=library', []],
    ['person=person-5', [5]],
    ['person=nobody', []],
    ['action=push', [5]],
    ['action=pull&registry=docker.io', [1]],
    ['point=gateway', [5]],
    ['point=nothing', []],
    ['q=ALPINE', [1]],
    ['q=100%25_SURE', [5]],
    ['q=100_', []],
    ['q=does%20not', [4, 3, 2]],
    ['attempts=true', [5, 4, 3, 1]],
    ['attempts=true&verdict=deny', [4, 3]],
  ])('narrowed by %s', async (query, seqs) => {
    for (const limit of [1, 2, 200]) {
      const items = await listAll(`machine=${lister.id}&${query}`, limit);
      expect(items.map(({ seq }) => seq)).toEqual(seqs);
    }
  });

  it('since a time, with counts of attempts', async () => {
    const items = await listAll(`machine=${lister.id}&since=${now + 60_000}`);
    expect(items.map(({ seq }) => seq)).toEqual([5, 4]);
    const attempts = await listAll(`machine=${lister.id}&attempts=true`, 2);
    expect(attempts.map(({ count }) => count)).toEqual([1, 1, 2, 1]);
  });

  it.each(['', '&verdict=deny', '&registry=quay.io', '&person=person-5', '&q=quay', '&attempts=true'])(
    'until a time, which is left out, and since another (%s)',
    async (query) => {
      const machine = `machine=${lister.id}${query}`;
      const all = await listAll(machine.replace('&attempts=true', ''));
      const inside = all.filter(({ at }) => at >= now + 1000 && at < now + 60_000).map(({ seq }) => seq);
      const found = await listAll(`${machine}&since=${now + 1000}&until=${now + 60_000}`, 1);
      expect(found.map(({ seq }) => seq)).toEqual(query === '&attempts=true' ? inside.slice(0, 1) : inside);
    },
  );

  it('does not go past its end with the cursor of a longer one', async () => {
    const { nextCursor } = (await plane.owner.get(`decisions?machine=${lister.id}&limit=1`)).body;
    const { body } = await plane.owner.get(
      `decisions?machine=${lister.id}&until=${now + 1000}&cursor=${nextCursor}`,
    );
    expect(body.items.map(({ seq }: DecisionItem) => seq)).toEqual([1]);
  });

  it('explains one decision rule by rule, by the revision that it names', async () => {
    const denied = { verdict: 'deny', reason: 'NOT_LISTED', effect: 'forward' } as const;
    await lister.send('why', [
      record(1, {
        at: now,
        registry: 'docker.io',
        repository: 'library/alpine',
        action: 'pull',
        reason: 'RULE_ALLOWED',
      }),
      record(2, { at: now, registry: 'quay.io', repository: 'a/b', action: 'pull', ...denied }),
      record(3, { at: now, registry: 'quay.io', revision: 99 }),
      record(4, { at: now, registry: 'not a host' }),
    ]);
    const items = await listAll(`machine=${lister.id}&since=${now}`);
    const explained = async (seq: number) => {
      const id = items.find((item) => item.log === 'why' && item.seq === seq)?.id;
      return (await plane.owner.get(`decisions/${id}`)).body.explanation;
    };
    const { yaml } = (await plane.owner.get('policy')).body;
    const allowed = await explained(1);
    expect(allowed).toMatchObject({
      verdict: 'allow',
      reason: 'RULE_ALLOWED',
      agrees: true,
      rule: { id: 'hub' },
    });
    const { line, endLine, yaml: lines } = allowed.rule;
    expect(
      yaml
        .split('\n')
        .slice(line - 1, endLine)
        .join('\n'),
    ).toBe(lines);
    expect(allowed.steps[0]).toMatchObject({ ruleId: 'hub', outcome: 'allow', line });
    expect(await explained(2)).toMatchObject({ verdict: 'deny', reason: 'NOT_LISTED', agrees: true });
    expect([await explained(3), await explained(4)]).toEqual([undefined, undefined]);
  });

  it('refuses what it does not know', async () => {
    for (const query of ['verdict=maybe', 'colour=red', 'cursor=nonsense', 'limit=1000', 'since=x'])
      expect((await plane.owner.get(`decisions?${query}`)).status).toBe(400);
  });

  it('gives one by its id, to its organization only', async () => {
    const [item] = await listAll(`machine=${lister.id}`, 200);
    expect((await plane.owner.get(`decisions/${item?.id}`)).body).toEqual(item);
    for (const id of ['1-99999', 'x', '1', '1-1-1'])
      expect((await plane.owner.get(`decisions/${id}`)).status).toBe(404);
  });
});

describe('the live tail', () => {
  it('shows what passes the filter as it comes, and ends with the server', async () => {
    const authorization = `Bearer ${plane.token}`;
    const path = `/api/v1/organizations/${plane.organization.slug}/decisions/stream?verdict=deny`;
    const stream = await openStream(plane, authorization, path);
    await machine.send('tail', [
      record(1),
      record(2, { verdict: 'deny', reason: 'NOT_LISTED', registry: 'quay.io' }),
    ]);
    const { event, data } = await stream.next();
    expect(event).toBe('decision');
    expect(data).toMatchObject({ seq: 2, registry: 'quay.io', machine: { name: 'laptop-7' } });
    await plane.restart();
    await stream.ended();
    await expect(openStream(plane, 'Bearer nobody', path)).rejects.toThrow('401');
  });
});

describe('impact', () => {
  it('counts attempts that enforcing would deny, each once, with the machines', async () => {
    const [first, second] = [
      await enrollMachine(plane, { name: 'imp-1' }),
      await enrollMachine(plane, { name: 'imp-2' }),
    ];
    const at = Date.now() - 1800_000;
    const denied = {
      verdict: 'deny',
      effect: 'forward',
      reason: 'NOT_LISTED',
      registry: 'imp.example',
    } as const;
    await first.send('i', [
      record(1, { at, ...denied }),
      record(2, { at: at + 5000, ...denied }),
      record(3, { at: at + 100_000, ...denied }),
    ]);
    await second.send('i', [
      record(1, { at, ...denied, revision: 99 }),
      record(2, { at, registry: 'docker.io' }),
    ]);
    const { body } = await plane.owner.get('policy/impact?of=enforce&hours=1');
    expect(body.denied).toContainEqual({
      registry: 'imp.example',
      attempts: 3,
      machines: ['imp-1', 'imp-2'],
      people: [],
    });
    expect(body.denied.map(({ registry }: { registry: string }) => registry)).not.toContain('docker.io');
    expect(body.allowed).toEqual([]);
    const none = await plane.owner.get('policy/impact?of=draft&hours=1');
    expect(none.body).toMatchObject({ denied: [], allowed: [] });
  });

  it('asks for a revision that there is, with of=revision alone', async () => {
    for (const query of ['of=revision', 'of=draft&revision=1', 'revision=1'])
      expect((await plane.owner.get(`policy/impact?${query}`)).body.code).toBe('REQUEST_INVALID');
    expect((await plane.owner.get('policy/impact?of=revision&revision=99')).status).toBe(404);
  });

  it('judges by the draft what it alone changes', async () => {
    expect((await plane.owner.post('policy/mode', { mode: 'enforce' })).status).toBe(200);
    const draft = await plane.owner.get('policy/draft');
    const added = await plane.owner.post(
      'registries',
      { registry: 'imp.example', allow: ['pull', 'push'] },
      { 'if-match': draft.headers.get('etag') ?? '' },
    );
    expect(added.status).toBe(201);
    const { body } = await plane.owner.get('policy/impact?of=draft&hours=1');
    expect(body.allowed).toEqual([
      { registry: 'imp.example', attempts: 3, machines: ['imp-1', 'imp-2'], people: [] },
    ]);
    expect(body.denied).toEqual([]);
  });

  it('judges by an older revision what rolling back to it would turn', async () => {
    const draft = await plane.owner.get('policy/draft');
    const published = await plane.owner.post(
      'policy/publish',
      {},
      { 'if-match': draft.headers.get('etag') ?? '' },
    );
    const older = published.body.revision - 1;
    const back = await plane.owner.get(`policy/impact?of=revision&revision=${older}&hours=1`);
    expect(back.body.denied).toEqual([
      { registry: 'imp.example', attempts: 3, machines: ['imp-1', 'imp-2'], people: [] },
    ]);
    const same = await plane.owner.get(`policy/impact?of=revision&revision=${older + 1}&hours=1`);
    expect(same.body).toMatchObject({ denied: [], allowed: [] });
  });
});

describe('retention', () => {
  it('deletes the old in small steps, and what is sent again stays counted once', async () => {
    const sender = await enrollMachine(plane, { name: 'old' });
    await sender.send('old', range(1, 700));
    await pause(2);
    const cutoff = Date.now();
    await sender.send('old', [record(701)]);
    await plane.stopped(async () => {
      const { db, close } = await openDatabase(plane.config.dataDir);
      const deleted = await purgeDecisions(db, cutoff, new AbortController().signal);
      expect(deleted).toBeGreaterThanOrEqual(700);
      await close();
    });
    const seqs = async () => (await listAll('')).map(({ seq }) => seq);
    expect(await seqs()).toEqual([701]);
    expect((await sender.send('old', range(1, 701))).body.accepted).toBe(701);
    expect(await seqs()).toEqual([701]);
  });
});

describe('a server that is killed between batch and answer', () => {
  it('has the batch once when it is sent again', async () => {
    const sender = await enrollMachine(plane, { name: 'unlucky' });
    const batch = { log: 'killed', records: range(1, 500) };
    await plane.stopped(async () => {
      const { child, url } = await startChild(plane.config.dataDir);
      const authorization = await sender.authorization('POST', '/agent/v1/decisions', { audience: url });
      const lost = fetch(`${url}/agent/v1/decisions`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(batch),
      }).catch(() => undefined);
      await untilWritten(plane.config.dataDir, sender.id);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await lost;
    });
    expect((await sender.send(batch.log, batch.records)).body.accepted).toBe(500);
    expect(await listAll(`machine=${sender.id}`)).toHaveLength(500);
  });
});

async function startChild(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run-server.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  return { child, url: String(line).trim() };
}

/** The transaction is committed; whether the answer was sent by then does not matter, since nobody reads it. */
async function untilWritten(dataDir: string, machineId: string): Promise<void> {
  const database = new DatabaseSync(join(dataDir, 'pullgate.sqlite'), { readOnly: true });
  const count = database.prepare('select count(*) as n from decisions where machine_id = ?');
  while (count.get(machineId)?.n === 0) await pause(1);
  database.close();
}
