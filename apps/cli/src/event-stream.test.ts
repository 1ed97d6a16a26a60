import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvents, type ServerSentEvent } from './event-stream.ts';

async function decode(chunks: readonly Uint8Array[]): Promise<readonly ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of decodeEvents(
    (async function* () {
      yield* chunks;
    })(),
  ))
    events.push(event);
  return events;
}

const text =
  'event: decision\ndata: {"a":"ü"}\n\n: comment\n\ndata: x\ndata: y\n\nid: 3\n\nevent: late\ndata: unfinished';

describe('server-sent events', () => {
  it('gives the same events however the bytes are cut', async () => {
    const bytes = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(await decode(chunks)).toEqual([
          { event: 'decision', data: '{"a":"ü"}' },
          { event: 'message', data: 'x\ny' },
        ]);
      }),
    );
  });

  it('ends at a server that sends without end', async () => {
    const chunk = new Uint8Array(300_000).fill(0x61);
    expect(await decode([chunk, chunk, chunk, chunk, chunk])).toEqual([]);
  });
});
