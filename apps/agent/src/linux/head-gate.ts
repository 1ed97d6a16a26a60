/** Finds where the head of an HTTP/1.1 message ends, over any cuts. Leaves reading it to Node's parser. */

export interface HeadGate {
  /** How many of these bytes belong to the head; all of them while it goes on. */
  take(bytes: Uint8Array): number;
  readonly isShut: boolean;
}

const CR = 13;
const LF = 10;

/** The preface of HTTP/2 looks like a head, and is refused only when its second part has been read too (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI ', 'latin1');

/** Shuts behind the first empty line; empty lines before the head do not count (RFC 9112, 2.2). */
export function createHeadGate(): HeadGate {
  let size = 0;
  let isPreface = true;
  /** How much of CR LF CR LF was seen last. */
  let matched = 0;
  let isShut = false;

  function next(byte: number): void {
    if (size === 0 && (byte === CR || byte === LF)) return;
    if (size < PREFACE.length && byte !== PREFACE[size]) isPreface = false;
    size += 1;
    const expected = matched % 2 === 0 ? CR : LF;
    matched = byte === expected ? matched + 1 : byte === CR ? 1 : 0;
    isShut = matched === 4 && !isPreface;
    if (matched === 4) matched = 0;
  }
  return {
    take(bytes) {
      for (let at = 0; at < bytes.length; at += 1) {
        if (isShut) return at;
        next(bytes[at] ?? 0);
      }
      return bytes.length;
    },
    get isShut() {
      return isShut;
    },
  };
}
