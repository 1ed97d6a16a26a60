/**
 * Decodes server-sent events: `(field ":" value LF)* LF`, lines ending in LF, CR LF or CR; comments begin with a colon.
 * Leaves reconnecting to the caller.
 */

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** A line longer than this is no event of ours; it bounds what a hostile server can make us hold. */
const MAX_BUFFER_CHARS = 1_000_000;

export async function* decodeEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? '';
    if (rest.length > MAX_BUFFER_CHARS) return;
    for (const block of blocks) {
      const event = decodeBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

function decodeBlock(block: string): ServerSentEvent | undefined {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') event = value ?? '';
    if (field === 'data') data.push(value ?? '');
  }
  return data.length === 0 ? undefined : { event, data: data.join('\n') };
}
