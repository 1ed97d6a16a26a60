/** Collects the bytes of a message head as they arrive, in linear time and bounded memory. Leaves their meaning to the callers. */

export type HeadResult =
  | { readonly kind: 'more' }
  | { readonly kind: 'head'; readonly lines: readonly string[]; readonly rest: Uint8Array }
  | { readonly kind: 'invalid'; readonly problem: string; readonly tooLarge: boolean };

export interface HeadLimits {
  readonly maxBytes: number;
  readonly maxLines: number;
}

export interface HeadCollector {
  /** Feeds the next bytes. After `head` or `invalid` the collector is spent. */
  push(chunk: Uint8Array): HeadResult;
  /** Bytes taken so far. */
  readonly size: number;
}

const CR = 0x0d;
const LF = 0x0a;

/**
 * Splits at CRLF until the empty line that ends a head (RFC 9112, 2.1). A bare CR or LF is refused where it stands,
 * since parsers disagree on it and that is how requests are smuggled; so is NUL. Each byte is looked at once.
 */
export function createHeadCollector(limits: HeadLimits): HeadCollector {
  const lines: string[] = [];
  let line: number[] = [];
  let afterCr = false;
  let size = 0;
  const invalid = (problem: string, tooLarge = false): HeadResult => ({ kind: 'invalid', problem, tooLarge });

  function push(chunk: Uint8Array): HeadResult {
    for (const [index, byte] of chunk.entries()) {
      size += 1;
      if (size > limits.maxBytes) return invalid(`the head is larger than ${limits.maxBytes} bytes`, true);
      if (afterCr !== (byte === LF)) return invalid('a line does not end in CR LF');
      if (byte === 0) return invalid('the head holds a NUL byte');
      if (byte === LF) {
        if (line.length === 0 && lines.length > 0)
          return { kind: 'head', lines, rest: chunk.subarray(index + 1) };
        if (line.length === 0) return invalid('the first line is empty');
        if (lines.length >= limits.maxLines)
          return invalid(`the head has more than ${limits.maxLines} lines`, true);
        lines.push(toLatin1(line));
        line = [];
      } else if (byte !== CR) line.push(byte);
      afterCr = byte === CR;
    }
    return { kind: 'more' };
  }
  return {
    push,
    get size() {
      return size;
    },
  };
}

function toLatin1(bytes: readonly number[]): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
