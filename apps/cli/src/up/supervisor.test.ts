import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Child } from './child-process.ts';
import { supervise } from './supervisor.ts';

/** A child whose death the test decides. */
function createTestChild(): Child & { die(how: string): void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    ended: promise,
    die: resolve,
    call: async () => undefined as never,
    stop: async () => resolve('stopped'),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createScene(start: () => Promise<void> = async () => undefined) {
  const children = [createTestChild()];
  const lines: string[] = [];
  const supervised = supervise(children[0] as Child, {
    name: 'agent',
    spawn: () => {
      const child = createTestChild();
      children.push(child);
      return child;
    },
    start,
    report: (line) => void lines.push(line),
  });
  return { children, lines, supervised };
}

describe('the supervisor', () => {
  it('starts a dead child again, with a growing pause, and says why', async () => {
    const { children, lines, supervised } = createScene();
    children[0]?.die('killed by SIGKILL');
    await vi.advanceTimersByTimeAsync(499);
    expect(children.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(children.length).toBe(2);
    children[1]?.die('exit code 1');
    await vi.advanceTimersByTimeAsync(999);
    expect(children.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(children.length).toBe(3);
    expect(lines[0]).toBe('agent ended (killed by SIGKILL); again in 0.5 s');
    await supervised.stop();
  });

  it('goes on when the new child does not start', async () => {
    let failures = 2;
    const { children, lines, supervised } = createScene(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('port taken');
    });
    children[0]?.die('exit code 1');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(children.length).toBe(4);
    expect(lines.filter((line) => line.includes('port taken')).length).toBe(2);
    expect(lines.at(-1)).toBe('agent runs again');
    await supervised.stop();
  });

  it('begins nothing again once it was told to stop', async () => {
    const { children, supervised } = createScene();
    children[0]?.die('exit code 1');
    await vi.advanceTimersByTimeAsync(100);
    await supervised.stop();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(children.length).toBe(1);
  });

  it('restarts on demand without a pause', async () => {
    const { children, supervised } = createScene();
    await supervised.restart();
    expect(children.length).toBe(2);
    expect(supervised.current()).toBe(children[1]);
    await supervised.stop();
  });
});
