/** A program that runs in a laboratory for longer than one command: its output, and how it is ended. */

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Long enough for dockerd on two busy cores. */
const READY_TIMEOUT_MS = 60_000;

export type Signal = 'TERM' | 'KILL';

export class LabProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #signal: (signal: Signal) => Promise<unknown>;
  #output = '';

  constructor(name: string, child: ChildProcess, signal: (signal: Signal) => Promise<unknown>) {
    this.name = name;
    this.#child = child;
    this.#signal = signal;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /** Everything it has written so far, both streams together. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the match once the output holds one; rejects with the output when the program ends or time runs out. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.#output);
        if (match !== null) settle(() => resolve(match));
      };
      const fail = (why: string) => (): void =>
        settle(() => reject(new Error(`${this.name} ${why}; it said:\n${this.#output}`)));
      const ended = fail('ended before it was ready');
      const timer = setTimeout(fail(`did not say ${pattern} in time`), READY_TIMEOUT_MS);
      const streams = [this.#child.stdout, this.#child.stderr];
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        for (const stream of streams) stream?.off('data', look);
        this.#child.off('exit', ended);
        act();
      };
      for (const stream of streams) stream?.on('data', look);
      this.#child.on('exit', ended);
      look();
    });
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Resolves with the exit code once it has ended by itself; null when a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Resolves with the exit code once the program has ended; null when the signal ended it. */
  async end(signal: Signal = 'TERM'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const exited = once(this.#child, 'exit');
    await this.#signal(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }
}
