import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStartPace } from './start-pace.ts';

const never = new AbortController().signal;

describe('createStartPace', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function setUp(count: number, signal = never) {
    const pace = createStartPace(2, 1000, 1500);
    const entered: number[] = [];
    const begun: (() => void)[] = [];
    const all = Array.from({ length: count }, async (_, index) => {
      const done = await pace.enter(signal);
      if (done === undefined) return;
      entered.push(index);
      begun[index] = done;
    });
    return { pace, entered, begun, all: Promise.all(all) };
  }

  it('lets so many begin at once, and the others in their order', async () => {
    const { entered, begun } = setUp(5);
    await vi.advanceTimersByTimeAsync(0);
    expect(entered).toEqual([0, 1]);
    begun[1]?.();
    begun[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(entered).toEqual([0, 1, 2]);
    begun[0]?.();
    begun[2]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(entered).toEqual([0, 1, 2, 3, 4]);
  });

  it('waits no longer than its patience for one that does not begin', async () => {
    const { entered, begun } = setUp(5);
    await vi.advanceTimersByTimeAsync(999);
    expect(entered).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(entered).toEqual([0, 1, 2, 3]);
    // Its place was given to another already.
    begun[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(entered).toEqual([0, 1, 2, 3]);
  });

  it('lets nobody wait longer than that, and is back at its pace behind them', async () => {
    const { pace, entered } = setUp(8);
    await vi.advanceTimersByTimeAsync(1499);
    expect(entered).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(entered).toHaveLength(8);
    await vi.advanceTimersByTimeAsync(1000);
    const more: unknown[] = [];
    for (let n = 0; n < 3; n++) void pace.enter(never).then((done) => more.push(done));
    await vi.advanceTimersByTimeAsync(0);
    expect(more).toHaveLength(2);
  });

  it('lets none enter whose signal came, and forgets it', async () => {
    const ending = new AbortController();
    const { pace, entered, begun, all } = setUp(4, ending.signal);
    await vi.advanceTimersByTimeAsync(0);
    ending.abort();
    await all;
    expect(entered).toEqual([0, 1]);
    expect(await pace.enter(ending.signal)).toBeUndefined();
    begun[0]?.();
    expect(await pace.enter(never)).toBeDefined();
  });
});
