/**
 * Calls between `up` and its two children over Node's IPC channel: a request has an id, a method and one parameter, an
 * answer has the id and a value or an error. Knows no method.
 */

import { CodedError } from '@pullgate/errors';

export interface CallRequest {
  readonly id: number;
  readonly method: string;
  readonly parameter: unknown;
}

export type CallAnswer =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
    };

/** An error that a child reported, with the child's code and hint. */
export class ChildError extends CodedError {
  override readonly name = 'ChildError';
}

export type Handlers = Readonly<Record<string, (parameter: never) => Promise<unknown>>>;

/** The child's half: answers the parent's calls. Returns when the channel closes, which is also how a dead parent looks. */
export async function serveCalls(handlers: Handlers): Promise<void> {
  const answer = async ({ id, method, parameter }: CallRequest): Promise<void> => {
    try {
      const handler = handlers[method] as ((parameter: unknown) => Promise<unknown>) | undefined;
      if (handler === undefined) throw new Error(`no method ${method}`);
      process.send?.({ id, value: await handler(parameter) } satisfies CallAnswer);
    } catch (error) {
      process.send?.({ id, error: toReport(error) } satisfies CallAnswer);
    }
  };
  process.on('message', (message) => void answer(message as CallRequest));
  await new Promise<void>((resolve) => process.once('disconnect', resolve));
}

function toReport(error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof CodedError) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { code: error.code, message: error.message, ...hint };
  }
  return { code: 'CHILD_FAILED', message: error instanceof Error ? error.message : String(error) };
}
