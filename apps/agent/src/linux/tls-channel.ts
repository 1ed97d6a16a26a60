/** The gateway's end of a connection whose TLS the thread speaks: a socket of plain bytes. Leaves the thread to tls-layer.ts. */

import { Socket } from 'node:net';
import type { TlsFailure } from './tls-messages.ts';

export interface ChannelOwner {
  /** Everything was written, and nothing is read any more. */
  release(): void;
  cut(reset: boolean): void;
}

/** Behaves as Node's own socket of TLS does: emits `secure` or `secureConnect`, and carries the error that ended it. */
export class TlsChannel extends Socket {
  readonly #owner: ChannelOwner;
  #isTold = false;
  #isEndHeld = false;
  #isReset = false;
  #failure: Error | undefined;
  #onTold = (): void => undefined;

  /**
   * @param descriptor of the channel; the socket's from here on
   * @param allowHalfOpen as of a net.Socket: a client that has ended may want its answer, a registry that has ended is of no use
   */
  constructor(descriptor: number, allowHalfOpen: boolean, owner: ChannelOwner) {
    super({ fd: descriptor, allowHalfOpen });
    this.#owner = owner;
  }

  /** What the other side's end means, the thread tells beside the channel; the end waits for it. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk !== null || this.#isTold) return this.#pushKnown(chunk, encoding);
    this.#isEndHeld = true;
    return false;
  }

  #pushKnown(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk !== null || this.#failure === undefined) return super.push(chunk, encoding);
    this.destroy(this.#failure);
    return false;
  }

  /** Called by the owner when the other side has ended; later calls say nothing new. */
  tellEnd(failure: TlsFailure | undefined): void {
    if (this.#isTold) return;
    this.#isTold = true;
    if (failure !== undefined)
      this.#failure = Object.assign(new Error(failure.message), { code: failure.name });
    if (this.#isEndHeld) this.push(null);
    this.#onTold();
  }

  override resetAndDestroy(): this {
    this.#isReset = true;
    return this.destroy();
  }

  override _destroy(error: NodeJS.ErrnoException | null, done: (error?: Error | null) => void): void {
    const finish = (): void => {
      // Told before the descriptor is closed, lest the thread takes the end for a farewell.
      if (this.writableFinished) this.#owner.release();
      else this.#owner.cut(this.#isReset);
      super._destroy(this.#failure ?? error, done);
    };
    // The thread closed the channel, and told why: that is on its way.
    if (this.#isTold || !BROKEN.test(error?.code ?? '')) finish();
    else this.#onTold = finish;
  }
}

const BROKEN = /^(?:EPIPE|ECONNRESET)$/;
