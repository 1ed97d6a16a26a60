/** A refusal of the server (RFC 9457), or its absence, as an error that pages can show. */

export interface ProblemBody {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
}

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** As in docs/reference/errors.md. */
  readonly code: string;
  readonly hint: string | undefined;
  /** All that the server said, with the members that belong to the code: problems, both sides of a conflict. */
  readonly body: Partial<ProblemBody> & Readonly<Record<string, unknown>>;

  constructor(status: number, body: Partial<ProblemBody> | undefined) {
    super(body?.detail ?? body?.title ?? `the server answered ${status}`);
    this.body = { ...body };
    this.status = status;
    this.code = body?.code ?? `HTTP_${status}`;
    this.hint = body?.hint;
  }

  static offline(): ApiProblem {
    return new ApiProblem(0, { code: 'OFFLINE', detail: 'the control plane cannot be reached' });
  }

  get isOffline(): boolean {
    return this.status === 0;
  }

  get isForbidden(): boolean {
    return this.status === 403;
  }

  get isMissing(): boolean {
    return this.status === 404;
  }
}
