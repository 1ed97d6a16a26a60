/** What one difference between two policies is. Leaves finding them to the modules named diff. */

/** One change. Structurally the `Change` of the protocol. */
export interface Change {
  readonly op: 'add' | 'remove' | 'edit';
  /** JSON pointer into the document, with ids for list entries: `/registries/hub`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly text: string;
}
