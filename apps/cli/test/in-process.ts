/** Runs the command in this process, with its lines kept in the order in which a person sees them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCliConfig } from '../src/config.ts';
import { createContext } from '../src/context.ts';
import { run } from '../src/run.ts';
import type { Terminal } from '../src/terminal.ts';

export interface Ran {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
  /** Both outputs, as on a terminal. */
  readonly text: string;
}

export interface InProcess {
  readonly folder: string;
  run(words: readonly string[], input?: string): Promise<Ran>;
  dispose(): void;
}

export function createInProcess(environment: Readonly<Record<string, string>> = {}): InProcess {
  const folder = mkdtempSync(join(tmpdir(), 'pullgate-cli-'));
  const agentSocket = join(folder, 'no-agent.sock');
  const config = { ...parseCliConfig({ HOME: folder, ...environment }), agentSocket };
  return {
    folder,
    async run(words, input = '') {
      const lines: (readonly ['out' | 'err', string])[] = [];
      const code = await run(words, createContext(config, createRecorder(lines, input)));
      const of = (name: string) => lines.filter(([stream]) => stream === name).map(([, line]) => line);
      return { code, out: of('out'), err: of('err'), text: lines.map(([, line]) => `${line}\n`).join('') };
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const createRecorder = (lines: (readonly ['out' | 'err', string])[], input: string): Terminal => ({
  out: (line) => void lines.push(['out', line]),
  err: (line) => void lines.push(['err', line]),
  paint: (_style, text) => text,
  isInteractive: false,
  ask: async () => '',
  readAll: async () => input,
});
