import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeadGate } from './head-gate.ts';

/** What passes of a text that comes in pieces cut at these places. */
function pass(text: string, cuts: readonly number[] = []): { passed: string; isShut: boolean } {
  const gate = createHeadGate();
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  let passed = '';
  for (let n = 1; n < places.length; n += 1) {
    const piece = Buffer.from(text.slice(places[n - 1], places[n]), 'latin1');
    const size = gate.take(piece);
    passed += piece.toString('latin1', 0, size);
    if (size < piece.length) break;
  }
  return { passed, isShut: gate.isShut };
}

describe('the gate behind a head', () => {
  const HEAD = 'GET /v2/ HTTP/1.1\r\nHost: reg.test\r\n\r\n';
  it.each([
    [HEAD, HEAD, true],
    [`${HEAD}body`, HEAD, true],
    [`${HEAD}${HEAD}`, HEAD, true],
    [`\r\n\r\n${HEAD}x`, `\r\n\r\n${HEAD}`, true],
    ['GET / HTTP/1.1\r\nA: \r\r\n\r\nx', 'GET / HTTP/1.1\r\nA: \r\r\n\r\n', true],
    ['GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\n', false],
    ['GET / HTTP/1.1\n\nx', 'GET / HTTP/1.1\n\nx', false],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', false],
    ['PR\r\n\r\nx', 'PR\r\n\r\n', true],
  ])('%j lets %j pass', (text, passed, isShut) => {
    expect(pass(text)).toEqual({ passed, isShut });
  });

  it('finds the same end however the text is cut, where a plain search finds it', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ':', ' ', '\r', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(line, fc.string({ maxLength: 20 }), fc.array(fc.nat(64)), (head, body, cuts) => {
        const text = `H${head}\r\n\r\n${body}`;
        const passed = text.slice(0, text.indexOf('\r\n\r\n') + 4);
        expect(pass(text, cuts)).toEqual({ passed, isShut: true });
      }),
    );
  });
});
