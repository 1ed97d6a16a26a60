import { DecisionRecord } from '@pullgate/protocol';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { DecisionEntry } from '../point.ts';
import { toRecord } from './to-record.ts';

const entry: DecisionEntry = {
  point: 'proxy',
  depth: 'host',
  registry: 'ghcr.io',
  decision: {
    verdict: 'deny',
    effect: 'refuse',
    reason: 'NOT_LISTED',
    revision: 2,
    mode: 'enforce',
    message: 'acme does not allow ghcr.io (not on the list, r2).',
  },
};
const context = { seq: 1, at: 1_000 };

describe('toRecord', () => {
  it('keeps what was decided', () => {
    expect(
      toRecord({ ...entry, userAgent: 'docker/20.10.24 go/go1.19 (linux)' }, { ...context, user: 'u1' }),
    ).toEqual({
      v: 1,
      seq: 1,
      at: 1_000,
      point: 'proxy',
      depth: 'host',
      verdict: 'deny',
      effect: 'refuse',
      mode: 'enforce',
      reason: 'NOT_LISTED',
      revision: 2,
      registry: 'ghcr.io',
      user: 'u1',
      engine: 'docker/20.10.24',
      message: entry.decision.message,
    });
  });

  it.each([
    ['containerd/1.6.21+unknown', 'containerd/1.6.21+unknown'],
    ['skopeo/1.9.3', 'skopeo/1.9.3'],
    ['', undefined],
    ['evil\r\nX: y', undefined],
    ['a/\u001b[31m', undefined],
    [`${'a'.repeat(300)}/1`, undefined],
  ])('reads the engine of %j as %j', (userAgent, engine) => {
    expect(toRecord({ ...entry, userAgent }, context).engine).toBe(engine);
  });

  it('fits the protocol and stays printable, whatever a client sent', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(text, text, text, text, text, (registry, repository, tag, userAgent, user) => {
        const record = toRecord({ ...entry, registry, repository, tag, userAgent }, { ...context, user });
        expect(Value.Check(DecisionRecord, record)).toBe(true);
        expect(JSON.stringify(Object.values(record))).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
