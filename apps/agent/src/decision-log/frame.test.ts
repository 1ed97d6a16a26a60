import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame } from './frame.ts';

const framesOf = (payloads: readonly string[]) =>
  payloads.map((payload, index) => ({ seq: index + 1, payload }));
const contents = (bytes: Buffer) => [...decodeFrames(bytes)].map(({ seq, payload }) => ({ seq, payload }));

describe('frames', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 200 })), (payloads) => {
        const frames = framesOf(payloads);
        expect(contents(Buffer.concat(frames.map(encodeFrame)))).toEqual(frames);
      }),
    );
  });

  it('torn anywhere, lose the torn one and nothing before it', () => {
    const frames = framesOf(['one', 'two', 'three']);
    const encoded = frames.map(encodeFrame);
    const whole = Buffer.concat(encoded);
    for (let length = 0; length <= whole.length; length += 1) {
      const expected = frames.filter(
        (_, index) => Buffer.concat(encoded.slice(0, index + 1)).length <= length,
      );
      expect(contents(whole.subarray(0, length))).toEqual(expected);
    }
  });

  it('damaged anywhere, never come back changed', () => {
    const frames = framesOf(['one', 'two', 'three']);
    const whole = Buffer.concat(frames.map(encodeFrame));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const read = contents(damaged);
        expect(read).toEqual(frames.slice(0, read.length));
      }),
    );
  });

  it('end at a number that does not rise, and at a length that cannot be', () => {
    const bytes = Buffer.concat([7, 9, 9].map((seq) => encodeFrame({ seq, payload: 'x' })));
    expect(contents(bytes).map(({ seq }) => seq)).toEqual([7, 9]);
    expect(contents(Buffer.alloc(64, 0xff))).toEqual([]);
  });
});
