/** Holds the one base class of every coded error. Leaves each package's closed union of codes to that package. */

export interface CodedErrorOptions {
  /** What the person can do next; shown on a line of its own. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An error with a code from a closed union. The message is lower case and states expectation and fact; offending input
 * in it must already be bounded (see {@link quote}).
 */
export class CodedError<Code extends string = string> extends Error {
  override readonly name: string = 'CodedError';
  readonly code: Code;
  readonly hint: string | undefined;

  constructor(code: Code, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** Long enough to recognise one's own input, short enough for a log line. */
const QUOTE_LIMIT = 80;

/** Formats untrusted text for a message: printable ASCII in double quotes, everything else escaped, cut at 80 characters. */
export function quote(text: string): string {
  const cut = text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}...` : text;
  const escaped = cut.replace(/[^\x20-\x7e]|["\\]/g, (c) =>
    c === '"' || c === '\\' ? `\\${c}` : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
