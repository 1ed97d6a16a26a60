/** Messages between the agent and a thread that serves descriptors, around those of its parts. */

import type { FromSplicePart, ToSplicePart } from './splice-messages.ts';
import type { FromTlsPart, ToTlsPart } from './tls-messages.ts';

/** Both are closed by who starts the thread, once it has ended. */
export interface EventWorkerSetup {
  readonly epoll: number;
  /** An eventfd: written after each message, since the thread waits for descriptors, not for messages. */
  readonly wake: number;
}

/** What each part of the thread is told, and what it tells. */
export interface PartMessages {
  readonly splice: { readonly to: ToSplicePart; readonly from: FromSplicePart };
  readonly tls: { readonly to: ToTlsPart; readonly from: FromTlsPart };
}

export type PartName = keyof PartMessages;

export type ToEventWorker =
  | { [Name in PartName]: { readonly part: Name; readonly message: PartMessages[Name]['to'] } }[PartName]
  /** The part closes all it has, and is not used again. */
  | { readonly stop: PartName }
  /** No part is used any more: the thread ends by itself. */
  | { readonly end: true };

export type FromEventWorker =
  | { readonly ready: true }
  | { readonly stopped: PartName }
  | { [Name in PartName]: { readonly part: Name; readonly message: PartMessages[Name]['from'] } }[PartName];
