/** What a machine reports, part by part, and what can be done about it. */

import { Anchor, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { pageLink } from '../../shell/page-path.ts';
import { MachineAbout } from './machine-about.tsx';
import { MachineEngines } from './machine-engines.tsx';
import { MachineHolder } from './machine-holder.tsx';
import { MachineLog } from './machine-log.tsx';
import { MachinePoints } from './machine-points.tsx';
import { MachineRejected } from './machine-rejected.tsx';
import { MachineSessions } from './machine-sessions.tsx';
import { MachineSignIn } from './machine-sign-in.tsx';
import { Revoked, RevokeMachine } from './revoke-machine.tsx';

const words = machinesTexts.machine;

export function MachineParts({ machine }: { readonly machine: Machine }) {
  const { slug } = useOrganization();
  const may = useMay();
  return (
    <Stack gap="xl" pt="xs">
      {machine.state === 'revoked' ? <Revoked /> : null}
      <MachineRejected machine={machine} />
      <MachineAbout machine={machine} />
      {may('decisions:read') ? (
        <Anchor component={Link} {...pageLink(slug, 'decisions', { machine: machine.id })}>
          {words.decisions}
        </Anchor>
      ) : null}
      <MachineHolder machine={machine} />
      {may('people:read') ? <MachineSessions machine={machine} /> : null}
      <MachineEngines machine={machine} />
      <MachinePoints machine={machine} />
      <MachineSignIn machine={machine} />
      <MachineLog machine={machine} />
      {may('machines:write') && machine.state !== 'revoked' ? <RevokeMachine machine={machine} /> : null}
    </Stack>
  );
}
