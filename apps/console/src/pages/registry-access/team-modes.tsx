/** Teams whose mode differs from the organization's: changed at once, taken back through the draft. */

import { Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { draftQuery, useReplaceDraft } from '../../api/draft.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { allTeamsQuery } from '../../api/teams.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { documentOf, type Mode } from './denials.ts';
import type { ModeWish } from './mode-dialog.tsx';
import { MODE_OPTIONS } from './mode-options.ts';

const words = registryAccessTexts.mode;

interface TeamModesProps {
  readonly teams: Readonly<Record<string, Mode>>;
  readonly onWish: (wish: ModeWish) => void;
}

export function TeamModes({ teams, onWish }: TeamModesProps) {
  const mayWrite = useMay()('policy:write');
  const entries = Object.entries(teams);
  return (
    <Stack gap="sm" mt="sm">
      <Text size="sm" c="dimmed">
        {entries.length === 0 ? words.noTeams : words.teamsHint}
      </Text>
      {entries.map(([team, mode]) => (
        <Group key={team} gap="sm">
          <Text miw={120} fw={500}>
            {team}
          </Text>
          <SegmentedControl
            transitionDuration={0}
            size="xs"
            aria-label={words.forTeam(team)}
            data={MODE_OPTIONS}
            value={mode}
            disabled={!mayWrite}
            onChange={(next) => onWish({ team, mode: next as Mode })}
          />
          {mayWrite ? <Follow team={team} /> : null}
        </Group>
      ))}
      {mayWrite ? <AddTeam taken={Object.keys(teams)} onWish={onWish} /> : null}
    </Stack>
  );
}

function Follow({ team }: { readonly team: string }) {
  const { slug } = useOrganization();
  const { data: draft } = useQuery(draftQuery(slug));
  const replace = useReplaceDraft();
  const follow = () => {
    if (draft === undefined) return;
    const document = documentOf(draft);
    const { [team]: _gone, ...teams } = document.mode.teams;
    replace.mutate(
      { version: draft.version, document: { ...document, mode: { ...document.mode, teams } } },
      {
        onSuccess: () =>
          notifications.show({
            message: words.followDone(team),
            closeButtonProps: { 'aria-label': commonTexts.close },
          }),
      },
    );
  };
  return (
    <>
      <Button size="xs" variant="subtle" loading={replace.isPending} onClick={follow}>
        {words.follow}
      </Button>
      {replace.error === null ? null : <ProblemNotice error={replace.error} />}
    </>
  );
}

function AddTeam({
  taken,
  onWish,
}: {
  readonly taken: readonly string[];
  readonly onWish: TeamModesProps['onWish'];
}) {
  const { slug } = useOrganization();
  const { data } = useQuery(allTeamsQuery(slug));
  const [team, setTeam] = useState<string | null>(null);
  const free = (data ?? []).filter((one) => !taken.includes(one.slug));
  if (free.length === 0) return null;
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={words.addTeam}
        placeholder={words.team}
        data={free.map((one) => ({ value: one.slug, label: one.name }))}
        value={team}
        onChange={setTeam}
        searchable
        size="sm"
      />
      {MODE_OPTIONS.map(({ value, label }) => (
        <Button
          key={value}
          variant="default"
          disabled={team === null}
          onClick={() => team !== null && onWish({ team, mode: value })}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
