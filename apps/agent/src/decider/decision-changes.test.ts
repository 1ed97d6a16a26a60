import { describe, expect, it } from 'vitest';
import { createDecisionChanges } from './decision-changes.ts';

describe('changes of decisions', () => {
  it('are told to all who listen, until they do no longer', () => {
    const changes = createDecisionChanges(60_000);
    const told: string[] = [];
    changes.onChange(() => told.push('first'));
    const leave = changes.onChange(() => told.push('second'));
    changes.announce();
    leave();
    changes.announce();
    expect(told).toEqual(['first', 'second', 'first']);
    changes.stop();
  });

  it('are told as time passes, until stopped', async () => {
    const changes = createDecisionChanges(1);
    await new Promise<void>((resolve) => changes.onChange(resolve));
    changes.stop();
  });
});
