import type { Decision } from '@pullgate/policy';
import { describe, expect, it } from 'vitest';
import type { DecisionEntry } from '../point.ts';
import { createOpenConnections } from './open-connections.ts';

function judged(effect: 'forward' | 'refuse'): DecisionEntry {
  const verdict = effect === 'refuse' ? 'deny' : 'allow';
  const decision: Decision = {
    verdict,
    effect,
    reason: effect === 'refuse' ? 'NOT_LISTED' : 'RULE_ALLOWED',
    revision: 2,
    mode: 'enforce',
    message: '',
  };
  return { point: 'proxy', depth: 'host', registry: 'ghcr.io', decision };
}

/** Connections that go on until they are cut; `refused` says by number which may not. */
function openMany(count: number, refused: (index: number) => boolean) {
  const connections = createOpenConnections();
  const ended: number[] = [];
  const cut: number[] = [];
  let judgements = 0;
  for (let index = 0; index < count; index += 1) {
    const connection = {
      judge: () => {
        judgements += 1;
        return judged(refused(index) ? 'refuse' : 'forward');
      },
      ended: () => void ended.push(index),
    };
    void connections.hold(connection, async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      cut.push(index);
    });
  }
  return { ...connections, ended, cut, judgements: () => judgements };
}

describe('open connections', () => {
  it('go on while they are allowed, and are ended once when they are not', async () => {
    let denied = false;
    const open = openMany(3, (index) => denied && index !== 1);
    await open.review();
    expect(open.ended).toEqual([]);
    denied = true;
    await Promise.all([open.review(), open.review()]);
    await open.review();
    expect(open.ended).toEqual([0, 2]);
    expect(open.cut).toEqual([0, 2]);
  });

  it('are forgotten when they end by themselves', async () => {
    const open = openMany(0, () => true);
    const connection = { judge: () => judged('refuse'), ended: () => open.ended.push(0) };
    expect(await open.hold(connection, async () => 'done')).toBe('done');
    await expect(open.hold(connection, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await open.review();
    expect(open.ended).toEqual([]);
  });

  it('let others have their turn while thousands are judged, and judge anew when asked meanwhile', async () => {
    let denied = false;
    const open = openMany(3_000, () => denied);
    const review = open.review();
    expect(open.judgements()).toBeLessThan(3_000);
    denied = true;
    await Promise.all([review, open.review()]);
    expect(open.ended).toHaveLength(3_000);
  });

  it('are judged again after a judgement that failed', async () => {
    let isBroken = true;
    const open = openMany(1, () => {
      if (isBroken) throw new Error('broken');
      return true;
    });
    await expect(open.review()).rejects.toThrow('broken');
    isBroken = false;
    await open.review();
    expect(open.ended).toEqual([0]);
  });
});
