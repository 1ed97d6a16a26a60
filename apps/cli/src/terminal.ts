/** The person's side of the command: lines out, questions in. Knows whether anybody is there to answer; decides nothing. */

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CliError } from './cli-error.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

export interface Terminal {
  /** A line for stdout. */
  out(line: string): void;
  /** A line for stderr. */
  err(line: string): void;
  /** Colours the text when stdout is a terminal that wants colours. */
  paint(style: Style, text: string): string;
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
  /** Asks for a line; `isHidden` keeps the answer off the screen. */
  ask(question: string, options?: { readonly isHidden?: boolean }): Promise<string>;
  /** All of standard input, for secrets and documents that are piped in. */
  readAll(): Promise<string>;
}

/** Select graphic rendition parameters of ECMA-48. */
const STYLES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

export function createTerminal(isColorWanted: boolean): Terminal {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const hasColor = isColorWanted && process.stdout.isTTY === true;
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    paint: (style, text) =>
      hasColor ? `\u001b[${STYLES[style][0]}m${text}\u001b[${STYLES[style][1]}m` : text,
    isInteractive,
    ask,
    readAll,
  };
}

/** Takes the echo of what is typed, so that nobody reads a password over a shoulder or in a recording. */
const createNowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

async function ask(question: string, options: { readonly isHidden?: boolean } = {}): Promise<string> {
  const isHidden = options.isHidden === true;
  const output = isHidden ? createNowhere() : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.on('close', () =>
        reject(new CliError('CONFIRMATION_NEEDED', 'no answer was given', { exitCode: 2 })),
      );
      lines.on('SIGINT', () => lines.close());
      if (isHidden) process.stderr.write(question);
      lines.question(isHidden ? '' : question, resolve);
    });
  } finally {
    lines.close();
    if (isHidden) process.stderr.write('\n');
  }
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Asks a yes-or-no question; only `y` and `yes` are a yes. With `isAnswered` (`--yes`) nothing is asked.
 * @throws CliError CONFIRMATION_NEEDED (exit code 2) when nobody is there to answer
 */
export async function confirm(terminal: Terminal, question: string, isAnswered: boolean): Promise<boolean> {
  if (isAnswered) return true;
  if (!terminal.isInteractive) {
    throw new CliError('CONFIRMATION_NEEDED', `nobody can answer "${question}": there is no terminal`, {
      hint: 'answer it beforehand: --yes',
      exitCode: 2,
    });
  }
  return /^y(es)?$/i.test((await terminal.ask(`${question} [y/N] `)).trim());
}
