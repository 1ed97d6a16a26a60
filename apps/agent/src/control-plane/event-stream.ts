/**
 * Reads server-sent events as far as the protocol uses them. Leaves connecting to `connection.ts`.
 *
 *     stream = *( field LF / ":" comment LF / LF )   ; an empty line ends an event; CR LF counts as LF
 *     field  = "event:" [SP] name / "data:" [SP] text / other (ignored)
 */

import { Announcement } from '@pullgate/protocol';
import { Value } from 'typebox/value';

/** The protocol promises 2 KB per event; twice that ends the stream. */
const MAX_LINE_BYTES = 4_096;

export type StreamItem =
  | { readonly kind: 'life' }
  | { readonly kind: 'announcement'; readonly document: string; readonly announcement: Announcement };

/** Yields an item for every comment and every announcement; other events are passed over. Ends where the stream ends. */
export async function* readEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<StreamItem> {
  let event = '';
  let data = '';
  for await (const line of readLines(chunks)) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data += line.slice(5).trim();
    else {
      const announcement = line === '' ? parseAnnouncement(data) : undefined;
      yield announcement === undefined
        ? { kind: 'life' }
        : { kind: 'announcement', document: event, announcement };
      if (line === '') [event, data] = ['', ''];
    }
    // Stops a hostile server from filling the memory with one event of many lines.
    if (data.length > MAX_LINE_BYTES) return;
  }
}

async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
    if (rest.length > MAX_LINE_BYTES) return;
  }
}

function parseAnnouncement(data: string): Announcement | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return Value.Check(Announcement, value) ? value : undefined;
  } catch {
    return undefined;
  }
}
