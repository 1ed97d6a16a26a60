/** The open event streams of machines, and the announcements that go to them. Leaves what is announced to its callers. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Announcement } from '@pullgate/protocol';
import { type EventStream, formatEvent } from '../machines/event-stream.ts';
import type { Pulse } from '../machines/pulse.ts';
import type { MachineRef } from './assignment-content.ts';

export interface EventHub {
  /** Takes the place of the machine's earlier stream: a machine has one, so that none can hold thousands. */
  add(machine: MachineRef, stream: EventStream): void;
  /** Called when the stream has closed. */
  remove(machine: MachineRef, stream: EventStream): void;
  /** To every machine of the organization; resolves with how many took it. */
  announce(organizationId: string, event: AnnouncementKind, announcement: Announcement): Promise<number>;
  announceTo(machineId: string, event: AnnouncementKind, announcement: Announcement): void;
  /** Ends the machine's stream at once. */
  close(machineId: string): void;
  closeAll(): void;
  readonly size: number;
}

export type AnnouncementKind = 'policy' | 'assignment';

/** Announcements are at most 2 KB; who leaves eight of them unread does not read. */
export const MAX_WAITING_BYTES = 16 * 1024;
/** Streams written to before other requests get their turn: some 5 ms. */
const BURST = 500;

interface Entry {
  readonly stream: EventStream;
  readonly organizationId: string;
  readonly leave: () => void;
}

export function createEventHub(pulse: Pulse): EventHub {
  const entries = new Map<string, Entry>();
  const drop = (machineId: string, how: 'end' | 'drop') => {
    const entry = entries.get(machineId);
    entries.delete(machineId);
    entry?.leave();
    entry?.stream[how]();
  };
  const send = (machineId: string, frame: Buffer | string): boolean => {
    const taken = entries.get(machineId)?.stream.send(frame) ?? false;
    if (!taken) drop(machineId, 'drop');
    return taken;
  };
  return {
    add: ({ machineId, organizationId }, stream) => {
      drop(machineId, 'end');
      entries.set(machineId, { stream, organizationId, leave: pulse.add(stream) });
    },
    remove: ({ machineId }, stream) => {
      const entry = entries.get(machineId);
      if (entry?.stream !== stream) return;
      entries.delete(machineId);
      entry.leave();
    },
    announce: async (organizationId, event, announcement) => {
      const frame = Buffer.from(formatEvent(event, announcement));
      let taken = 0;
      let written = 0;
      for (const machineId of machinesOf(entries, organizationId)) {
        if (send(machineId, frame)) taken += 1;
        written += 1;
        if (written % BURST === 0) await nextTurn();
      }
      return taken;
    },
    announceTo: (machineId, event, announcement) => {
      if (entries.has(machineId)) send(machineId, formatEvent(event, announcement));
    },
    close: (machineId) => drop(machineId, 'end'),
    closeAll: () => {
      for (const machineId of [...entries.keys()]) drop(machineId, 'end');
    },
    get size() {
      return entries.size;
    },
  };
}

function machinesOf(entries: ReadonlyMap<string, Entry>, organizationId: string): string[] {
  return [...entries].filter(([, entry]) => entry.organizationId === organizationId).map(([id]) => id);
}
