/** Asks before the mode changes, with what that would have meant for the attempts of the last day. */

import { Button, Checkbox, Group, Loader, Modal, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { answerOf, api, type Schemas } from '../../api/client.ts';
import { usePolicyChange } from '../../api/draft.ts';
import { impactQuery } from '../../api/policy.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { countThose } from './count-those.ts';
import type { Mode } from './denials.ts';

const words = registryAccessTexts.mode;
const HOURS = 24;

export interface ModeWish {
  readonly mode: Mode;
  readonly team?: string;
}

const useChangeMode = () =>
  usePolicyChange((organization, body: Schemas['ModeRequest']) =>
    answerOf(
      api.POST('/api/v1/organizations/{organization}/policy/mode', {
        params: { path: { organization } },
        body,
      }),
    ),
  );

export function ModeDialog({
  wish: { mode, team },
  revision,
  onClose,
}: {
  readonly wish: ModeWish;
  readonly revision: number;
  readonly onClose: () => void;
}) {
  const change = useChangeMode();
  const [forced, setForced] = useState(false);
  const needsForce = change.error instanceof ApiProblem && change.error.code === 'PUBLISH_NEEDS_FORCE';
  const confirm = () =>
    change.mutate(
      { mode, ...(team === undefined ? {} : { team }), ...(forced ? { force: true } : {}) },
      { onSuccess: onClose },
    );
  const title = team === undefined ? words.ask[mode] : words.teamAsk(words.names[mode], team);
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': commonTexts.close }}
    >
      <Stack>
        <Text>{words.effect[mode]}</Text>
        {team === undefined ? null : <Text>{words.teamEffect(team)}</Text>}
        {mode === 'enforce' && team === undefined ? <EnforceEffect revision={revision} /> : null}
        <Text size="sm" c="dimmed">
          {words.draftStays}
        </Text>
        {change.error === null ? null : <ProblemNotice error={change.error} />}
        {needsForce ? (
          <Checkbox
            label={words.force}
            checked={forced}
            onChange={(event) => setForced(event.currentTarget.checked)}
          />
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button
            color={mode === 'off' ? 'red' : 'gate'}
            loading={change.isPending}
            disabled={needsForce && !forced}
            onClick={confirm}
            data-autofocus
          >
            {words.act[mode]}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function EnforceEffect({ revision }: { readonly revision: number }) {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(impactQuery(slug, 'enforce', HOURS, revision));
  if (error !== null) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <Group gap="xs" role="status">
        <Loader size="xs" />
        <Text size="sm">{words.pending}</Text>
      </Group>
    );
  }
  const { denied } = data;
  const attempts = denied.reduce((sum, one) => sum + one.attempts, 0);
  const would = words.would(attempts, countThose(denied));
  if (attempts === 0) return <Text fw={600}>{words.wouldNot(data.attempts)}</Text>;
  return (
    <>
      <Text fw={600}>{would}</Text>
      <Table.ScrollContainer minWidth={280} mah={260}>
        <Table aria-label={would}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{words.columns.registry}</Table.Th>
              <Table.Th scope="col">{words.columns.attempts}</Table.Th>
              <Table.Th scope="col">{words.columns.machines}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {denied.map((one) => (
              <Table.Tr key={one.registry}>
                <Table.Td>
                  <code>{one.registry}</code>
                </Table.Td>
                <Table.Td>{one.attempts}</Table.Td>
                <Table.Td>{one.machines.slice(0, 5).join(', ')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
