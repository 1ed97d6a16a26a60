/** Decodes and encodes the chunked transfer coding (RFC 9112, 7.1). Leaves the trailer's meaning out: trailers are read and dropped. */

export type ChunkedResult =
  | { readonly kind: 'more'; readonly data: readonly Uint8Array[] }
  | { readonly kind: 'end'; readonly data: readonly Uint8Array[]; readonly rest: Uint8Array }
  | { readonly kind: 'invalid'; readonly problem: string };

export interface ChunkedDecoder {
  /** Feeds the next bytes; `data` are views into them. After `end` or `invalid` the decoder is spent. */
  decode(chunk: Uint8Array): ChunkedResult;
}

/** Size line and trailer together; chunk extensions are allowed but nobody needs long ones. */
const MAX_LINE_BYTES = 1024;
const MAX_TRAILER_BYTES = 8 * 1024;
/** 13 hexadecimal digits stay exact in a double. */
const SIZE_LINE = /^([0-9a-f]{1,13})(?:;[\t\x20-\x7e]*)?$/i;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Decodes strictly, since a lenient reading of sizes is how a second request is smuggled inside a body:
 *
 *     body  = *chunk last-chunk *( field-line CRLF ) CRLF
 *     chunk = 1*HEXDIG [ ";" extension ] CRLF data CRLF
 */
export function createChunkedDecoder(): ChunkedDecoder {
  let state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  let left = 0;
  let line = '';
  let trailerBytes = 0;

  /** Takes one byte of a line; `true` when the line is whole. */
  function takeLineByte(byte: number): boolean | undefined {
    const afterCr = line.endsWith('\r');
    if (afterCr !== (byte === LF) || line.length >= MAX_LINE_BYTES) return undefined;
    if (byte === LF) return true;
    if (byte !== CR && byte !== 0x09 && (byte < 0x20 || byte === 0x7f)) return undefined;
    line += String.fromCharCode(byte);
    return false;
  }

  /** Acts on a whole line; `end` when it was the last one. */
  function endLine(): 'next' | 'end' | 'invalid' {
    const text = line.slice(0, -1);
    line = '';
    if (state === 'trailer') return text === '' ? 'end' : 'next';
    if (state === 'data-end') {
      state = 'size';
      return text === '' ? 'next' : 'invalid';
    }
    const size = SIZE_LINE.exec(text)?.[1];
    if (size === undefined) return 'invalid';
    left = Number.parseInt(size, 16);
    state = left === 0 ? 'trailer' : 'data';
    return 'next';
  }

  function decode(chunk: Uint8Array): ChunkedResult {
    const data: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (state === 'data') {
        const piece = chunk.subarray(at, at + left);
        data.push(piece);
        at += piece.length;
        left -= piece.length;
        if (left === 0) state = 'data-end';
        continue;
      }
      if (state === 'trailer') trailerBytes += 1;
      if (trailerBytes > MAX_TRAILER_BYTES) return invalid('the trailer is too large');
      const whole = takeLineByte(chunk[at] ?? 0);
      at += 1;
      if (whole === undefined) return invalid('the chunked body is malformed');
      const outcome = whole ? endLine() : 'next';
      if (outcome === 'invalid') return invalid('the chunked body is malformed');
      if (outcome === 'end') return { kind: 'end', data, rest: chunk.subarray(at) };
    }
    return { kind: 'more', data };
  }
  return { decode };
}

/** Head of a chunk of `size` bytes; the data and CR LF follow. */
export function encodeChunkHead(size: number): string {
  return `${size.toString(16)}\r\n`;
}

/** The last chunk, without trailers. */
export const LAST_CHUNK = '0\r\n\r\n';

function invalid(problem: string): ChunkedResult {
  return { kind: 'invalid', problem };
}
