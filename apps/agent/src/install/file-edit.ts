/** The shape of a change to one file that can be made and taken back. Texts hold one character per byte, so that nothing is lost. */

export interface FileEdit {
  readonly path: string;
  readonly why: string;
  /** What is written of ours, in a form that `holds` and `remove` understand later. */
  readonly ours: string;
  /** The text with ours in it; undefined stands for a file that is absent. */
  apply(text: string | undefined): string;
  /** Whether something of what was written then is still in the text. */
  holds(text: string, written: string): boolean;
  /**
   * The text without ours, after somebody else has changed the file; undefined when the file holds nothing else.
   * @param original the file before it was first changed
   */
  remove(text: string, written: string, original: string | undefined): string | undefined;
}

/** A file that is ours as a whole. */
export function createOwnFile(path: string, why: string, content: string): FileEdit {
  return {
    path,
    why,
    ours: content,
    apply: () => content,
    holds: () => true,
    remove: () => undefined,
  };
}
