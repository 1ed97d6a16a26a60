/** What Activity keeps of machines. */

import type { NewActivity } from '../activity/service.ts';
import type { MachinesTable } from './tables.ts';

const facts = ({ name, os, arch, ephemeral }: MachinesTable) => ({
  name,
  os,
  arch,
  ephemeral: ephemeral === 1,
});

export const machineEnrolled = (row: MachinesTable, again: boolean): NewActivity => ({
  event: 'machine.enrolled',
  target: { kind: 'machine', id: row.id },
  after: { ...facts(row), enrollmentToken: row.enrollment_token_id, again },
  text: `${again ? 'enrolled again' : 'enrolled'} the machine ${row.name}`,
});

export const machineRevoked = (row: MachinesTable): NewActivity => ({
  event: 'machine.revoked',
  target: { kind: 'machine', id: row.id },
  before: facts(row),
  text: `revoked the machine ${row.name}`,
});
