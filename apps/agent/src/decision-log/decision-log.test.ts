import type { DecisionBatch } from '@pullgate/protocol';
import { createFakeClock } from '@pullgate/testkit';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeTemporaryDirectory, until } from '../../test/temporary.ts';
import { AgentError } from '../agent-error.ts';
import type { DecisionEntry } from '../point.ts';
import { createDecisionLog } from './decision-log.ts';

const entryFor = (registry: string): DecisionEntry => ({
  point: 'proxy',
  depth: 'host',
  registry,
  decision: {
    verdict: 'allow',
    effect: 'forward',
    reason: 'RULE_ALLOWED',
    revision: 1,
    mode: 'enforce',
    message: '',
  },
});

/** A control plane that answers with what the test says, then as the real one does. */
async function setUp(answers: (number | Error)[] = []) {
  const batches: DecisionBatch[] = [];
  const log = await createDecisionLog({
    dir: await makeTemporaryDirectory(),
    maxBytes: 64 * 1024 * 1024,
    clock: createFakeClock(),
    log: pino({ level: 'silent' }),
    user: () => 'u1',
    retry: { baseMs: 1, maxMs: 5 },
    send: async (batch) => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      batches.push(batch);
      return answer ?? batch.records.at(-1)?.seq ?? 0;
    },
  });
  onTestFinished(() => log.stop());
  const seqs = () => batches.flatMap(({ records }) => records.map(({ seq }) => seq));
  return { log, batches, seqs };
}

const refused = (status: number) => new AgentError('SERVER_REFUSED', 'refused', { answer: { status } });

describe('the decision log', () => {
  it('sends what is recorded, in batches of at most a thousand', async () => {
    const { log, batches, seqs } = await setUp();
    for (let index = 0; index < 2_500; index += 1) log.record(entryFor(`r${index}.example`));
    log.start();
    await until(() => seqs().length === 2_500);
    expect(batches.map(({ records }) => records.length)).toEqual([1000, 1000, 500]);
    expect(batches[0]?.records[0]).toMatchObject({ registry: 'r0.example', user: 'u1' });
    await until(() => log.status().pending === 0);
  });

  it('drops the oldest when memory is full, and leaves a gap that shows', async () => {
    const { log, seqs } = await setUp();
    for (let index = 0; index < 10_003; index += 1) log.record(entryFor('docker.io'));
    expect(log.status()).toEqual({ pending: 10_000, dropped: 3 });
    log.start();
    await until(() => seqs().length === 10_000);
    expect([seqs()[0], seqs().at(-1)]).toEqual([4, 10_003]);
    expect(log.status().dropped).toBe(3);
  });

  it('tries again until the control plane has it', async () => {
    const { log, seqs } = await setUp([refused(503), new Error('reset'), refused(401), refused(429)]);
    log.start();
    log.record(entryFor('docker.io'));
    await until(() => log.status().pending === 0 && seqs().length > 0);
    expect(seqs()).toEqual([1]);
  });

  it('sends the rest again when only a part was accepted', async () => {
    const { log, seqs } = await setUp([2]);
    for (let index = 0; index < 3; index += 1) log.record(entryFor('docker.io'));
    await log.flush();
    log.start();
    await until(() => log.status().pending === 0);
    expect(seqs()).toEqual([1, 2, 3, 3]);
  });

  it('gives up a batch that is hopeless, so that others get through', async () => {
    const { log, seqs } = await setUp([refused(400)]);
    log.record(entryFor('docker.io'));
    await log.flush();
    log.start();
    await until(() => log.status().pending === 0);
    log.record(entryFor('quay.io'));
    await until(() => seqs().length === 1);
    expect(seqs()).toEqual([2]);
  });

  it('puts everything on disk when it stops, and makes a last attempt to send', async () => {
    const { log, seqs } = await setUp();
    log.record(entryFor('docker.io'));
    await log.stop();
    expect(seqs()).toEqual([1]);
  });

  it('shows the last records at once, newest first', async () => {
    const { log } = await setUp();
    for (let index = 0; index < 250; index += 1) log.record(entryFor(`r${index}.example`));
    const recent = await log.recent();
    expect(recent).toHaveLength(200);
    expect(recent[0]).toMatchObject({ seq: 250, registry: 'r249.example' });
  });
});
