/** The note that `agent install` leaves for the agent: which engines of this machine are wired, and how deep they are seen. */

import { readFileSync } from 'node:fs';
import { EngineReport } from '@pullgate/protocol';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

export type WiredEngine = Static<typeof EngineReport>;

/** Readable by all: it holds no secret, and the agent runs without root. */
export const ENGINES_PATH = '/var/lib/pullgate/engines.json';

const Note = Type.Object({ engines: Type.Array(EngineReport, { maxItems: 32 }) });

export function formatEngines(engines: readonly WiredEngine[]): string {
  return `${JSON.stringify({ engines }, null, 2)}\n`;
}

/** What the note says; nothing when there is none, or when it is no such note: a report must not stop a heartbeat. */
export function loadEngines(path: string): WiredEngine[] {
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Value.Check(Note, note) ? note.engines : [];
  } catch {
    return [];
  }
}
