/** Bytes of a mechanism → text, bounded: what stands on a machine may have been put there by anybody. */

import { SignInFileError } from './error.ts';

/** Some thousand organizations; whatever is larger is another file. */
export const MAX_SIGN_IN_FILE_BYTES = 64 * 1024;

/** @throws SignInFileError for more than 64 KiB, a byte order mark, and what is not UTF-8 */
export function decodeText(bytes: Uint8Array, place: string): string {
  if (bytes.length > MAX_SIGN_IN_FILE_BYTES) {
    throw new SignInFileError(
      'SIGN_IN_FILE_TOO_LARGE',
      place,
      `expected at most ${MAX_SIGN_IN_FILE_BYTES} bytes, got ${bytes.length === MAX_SIGN_IN_FILE_BYTES + 1 ? 'more' : bytes.length}`,
      'write the file anew: pullgate sign-in artifacts',
    );
  }
  refuseByteOrderMark(bytes, place);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SignInFileError(
      'SIGN_IN_FILE_ENCODING',
      place,
      'expected UTF-8',
      'save it as UTF-8 without byte order mark',
    );
  }
}

function refuseByteOrderMark([first, second, third]: Uint8Array, place: string): void {
  const isUtf8 = first === 0xef && second === 0xbb && third === 0xbf;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!isUtf8 && !isUtf16) return;
  throw new SignInFileError(
    'SIGN_IN_FILE_ENCODING',
    place,
    `expected UTF-8 without byte order mark, got ${isUtf8 ? 'one at the beginning' : 'UTF-16'}`,
    'save it as "UTF-8" (in PowerShell: Set-Content -Encoding utf8NoBOM)',
  );
}
