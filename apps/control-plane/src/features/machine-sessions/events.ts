/** What Activity keeps of sessions on machines. People stand in it by id alone. */

import type { MachineSessionsTable } from '../../database/people-schema.ts';
import type { NewActivity } from '../activity/service.ts';

const facts = ({ uid, login, user_id }: MachineSessionsTable) => ({ uid, login, person: user_id });

export const machineSignedIn = (row: MachineSessionsTable): NewActivity => ({
  event: 'machine.signed-in',
  target: { kind: 'machine', id: row.machine_id },
  after: { ...facts(row), by: row.token_id === null ? 'session' : 'token' },
  text: `signed in on a machine as ${row.login}`,
});

export const machineSignedOut = (row: MachineSessionsTable): NewActivity => ({
  event: 'machine.signed-out',
  target: { kind: 'machine', id: row.machine_id },
  before: facts(row),
  text: `signed out on a machine as ${row.login}`,
});

export const machineSessionEnded = (
  row: MachineSessionsTable,
  why: 'an admin' | 'its sign-in',
): NewActivity => ({
  event: 'machine.session-ended',
  target: { kind: 'machine', id: row.machine_id },
  before: facts(row),
  text:
    why === 'an admin'
      ? `ended the session of ${row.login} on a machine`
      : `the session of ${row.login} on a machine ended with its sign-in`,
});

export const holderChanged = (
  machineId: string,
  before: string | null,
  after: string | null,
): NewActivity => ({
  event: 'machine.holder-changed',
  target: { kind: 'machine', id: machineId },
  before: { person: before },
  after: { person: after },
  text: after === null ? 'took the holder off a machine' : 'set the holder of a machine',
});
