import { expect, it } from 'vitest';
import { ACTIVITY_EVENTS } from './events.ts';

it('names each event once, in order', () => {
  expect(ACTIVITY_EVENTS).toEqual([...new Set(ACTIVITY_EVENTS)].sort());
});
