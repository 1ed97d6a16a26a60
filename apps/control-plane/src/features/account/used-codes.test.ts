import { expect, it } from 'vitest';
import { createUsedCodes } from './used-codes.ts';

it('a code is good once for each person, until better-auth would refuse it anyway', () => {
  let now = 0;
  const codes = createUsedCodes(() => now);
  expect([codes.use('ann', '123456'), codes.use('ann', '123456')]).toEqual([true, false]);
  expect([codes.use('ben', '123456'), codes.use('ann', '654321')]).toEqual([true, true]);
  now = 90_000;
  expect(codes.use('ann', '123456')).toBe(true);
});
