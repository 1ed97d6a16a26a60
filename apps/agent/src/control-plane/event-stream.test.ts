import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents, type StreamItem } from './event-stream.ts';

const announcement = { epoch: 1, revision: 2, etag: '"a"', url: '/agent/v1/policy' };
const STREAM = `: hello\n\nevent: policy\ndata: ${JSON.stringify(announcement)}\n\nid: 7\r\n\r\n: \u20ac\n\n`;

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let start = 0;
  for (const cut of [...cuts.map((at) => at % bytes.length).sort((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(start, cut);
    start = cut;
  }
}

async function readAll(text: string, cuts: readonly number[] = []): Promise<StreamItem[]> {
  const items: StreamItem[] = [];
  for await (const item of readEvents(inPieces(Buffer.from(text), cuts))) items.push(item);
  return items;
}

describe('readEvents', () => {
  it('yields announcements, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat()), async (cuts) => {
        const items = await readAll(STREAM, cuts);
        expect(items.filter(({ kind }) => kind === 'announcement')).toEqual([
          { kind: 'announcement', document: 'policy', announcement },
        ]);
        expect(items.length).toBeGreaterThan(3);
      }),
    );
  });

  it('passes over data that is no announcement', async () => {
    for (const data of ['x', '{}', '{"epoch":"1"}'])
      expect((await readAll(`event: policy\ndata: ${data}\n\n`)).every(({ kind }) => kind === 'life')).toBe(
        true,
      );
  });

  it('ends at a line, or an event, without end', async () => {
    expect(await readAll(`: life\ndata: ${'x'.repeat(10_000)}`)).toHaveLength(1);
    expect(await readAll(`${'data: xxxxxxxxxx\n'.repeat(1_000)}\n: life\n`)).toEqual([]);
  });
});
