import { createFakeClock } from '@pullgate/testkit';
import { type Authority, parseAuthority } from '@pullgate/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AskedRegistry } from './ask-registry.ts';
import { createRecognizer, MAX_WAIT_MS } from './recognizer.ts';

function authority(text: string): Authority {
  const parsed = parseAuthority(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.authority;
}

const host = authority('files.example:443');

function setUp(answer: AskedRegistry | (() => Promise<AskedRegistry>)) {
  const clock = createFakeClock();
  const ask = vi.fn(async (_target: Authority, _signal: AbortSignal) =>
    typeof answer === 'string' ? answer : await answer(),
  );
  const told: AskedRegistry[] = [];
  return { clock, ask, told, recognizer: createRecognizer({ ask, clock, told: (what) => told.push(what) }) };
}

describe('createRecognizer', () => {
  it.each([
    ['registry', 3_600_000],
    ['other', 600_000],
    ['unanswered', 60_000],
  ] as const)('asks once, and remembers "%s" for %i ms', async (answer, keptMs) => {
    const { clock, ask, told, recognizer } = setUp(answer);
    const isRegistry = answer === 'registry';
    expect(recognizer.knows(host)).toBe(false);
    expect(await recognizer.isRegistry(host)).toBe(isRegistry);
    clock.advance(keptMs - 1);
    expect(await recognizer.isRegistry(host)).toBe(isRegistry);
    expect(recognizer.knows(host)).toBe(isRegistry);
    expect(ask).toHaveBeenCalledTimes(1);
    clock.advance(1);
    expect(recognizer.knows(host)).toBe(false);
    await recognizer.isRegistry(host);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(told).toEqual([answer, answer]);
  });

  it('asks once for those that come at the same time, and for each port', async () => {
    const { ask, recognizer } = setUp('registry');
    const other = authority('files.example:5000');
    const all = [host, host, other, host].map((target) => recognizer.isRegistry(target));
    expect(await Promise.all(all)).toEqual([true, true, true, true]);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('asks however many others are asked: who floods it opens nothing', async () => {
    const { promise, resolve } = Promise.withResolvers<AskedRegistry>();
    const { ask, recognizer } = setUp(() => promise);
    const all = Array.from({ length: 500 }, (_, n) => recognizer.isRegistry(authority(`h${n}.example:443`)));
    resolve('registry');
    expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
    expect(ask).toHaveBeenCalledTimes(500);
  });

  it('forgets the oldest of very many hosts', async () => {
    const { ask, recognizer } = setUp('registry');
    await recognizer.isRegistry(host);
    for (let n = 0; n < 4096; n++) await recognizer.isRegistry(authority(`h${n}.example:443`));
    expect(recognizer.knows(host)).toBe(false);
    expect(recognizer.knows(authority('h4095.example:443'))).toBe(true);
    expect(ask).toHaveBeenCalledTimes(4097);
  });

  describe('whose host says nothing', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('is waited for so long and no longer', async () => {
      const { ask, recognizer } = setUp(() => new Promise<AskedRegistry>(() => undefined));
      const asked = recognizer.isRegistry(host);
      await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
      expect(await asked).toBe(false);
      expect(ask.mock.calls[0]?.[1].aborted).toBe(true);
    });
  });
});
