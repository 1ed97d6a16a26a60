/** A policy that the machine did not take: its code, since when, and the next step. */

import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { machinesTexts } from '#texts/machines.ts';
import type { Machine } from '../../api/machines.ts';
import { Facts } from '../../pieces/facts.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';

const words = machinesTexts.machine.rejected;

export function MachineRejected({ machine: { rejected } }: { readonly machine: Machine }) {
  if (rejected === undefined) return null;
  const { code, at } = rejected;
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={words.title}>
      <Stack gap="xs">
        <Text size="sm">{words.kept}</Text>
        <Facts
          facts={[
            {
              name: words.when,
              value: (
                <>
                  <RelativeTime at={at} />, <code>{code}</code>
                </>
              ),
            },
            { name: words.next, value: machinesTexts.steps[code] ?? machinesTexts.unknownStep },
          ]}
        />
      </Stack>
    </Alert>
  );
}
