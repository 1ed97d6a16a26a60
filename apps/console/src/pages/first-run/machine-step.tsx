/** Step 3: the command that enrols a machine, and the machines that are online, as they come. */

import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { firstRunTexts } from '#texts/first-run.ts';
import { useCreateEnrollmentToken } from '../../api/enrollment-tokens.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { CopyText } from '../../pieces/copy-text.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { INSTALL } from './install-command.ts';
import { OnlineMachines } from './online-machines.tsx';
import { type Progress, Step } from './step.tsx';

const words = firstRunTexts.machine;

const TOKEN = { uses: 1, expiresIn: 3600 };

export function MachineStep({ progress }: { readonly progress: Progress }) {
  const may = useMay()('machines:write');
  return (
    <Step at={3} title={words.title} progress={progress}>
      {progress === 'done' ? <OnlineMachines /> : <Text>{words.lead}</Text>}
      {may ? <Command isFirst={progress !== 'done'} /> : <Text c="dimmed">{words.mayNot}</Text>}
      <div aria-live="polite">
        {progress === 'done' ? null : (
          <Group gap="xs" wrap="nowrap">
            <Loader size="xs" aria-hidden />
            <Text c="dimmed">{words.waiting}</Text>
          </Group>
        )}
      </div>
    </Step>
  );
}

function Command({ isFirst }: { readonly isFirst: boolean }) {
  const { slug } = useOrganization();
  const { data, mutate, isPending, error } = useCreateEnrollmentToken(slug);
  if (data !== undefined) {
    return (
      <Stack gap="sm">
        <Text size="sm" role="status">
          {words.once}
        </Text>
        <CopyText
          label={words.enroll}
          text={`sudo pullgate machine enroll --server ${location.origin} --token ${data.token}`}
        />
        <CopyText label={words.install} text={INSTALL} />
      </Stack>
    );
  }
  return (
    <>
      <Group>
        <Button variant={isFirst ? 'filled' : 'default'} onClick={() => mutate(TOKEN)} loading={isPending}>
          {isFirst ? words.make : words.another}
        </Button>
      </Group>
      {error === null ? null : <ProblemNotice error={error} />}
    </>
  );
}
