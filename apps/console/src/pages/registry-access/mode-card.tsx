/** The switch: off, observe or enforce, with what each means. A change shows its effect before it is made. */

import { Collapse, Group, Paper, SegmentedControl, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { publishedPolicyQuery } from '../../api/policy.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { documentOf, type Mode } from './denials.ts';
import type { ModeWish } from './mode-dialog.tsx';
import { MODE_OPTIONS } from './mode-options.ts';

const words = registryAccessTexts.mode;
const ModeDialog = later(async () => (await import('./mode-dialog.tsx')).ModeDialog);
const TeamModes = later(async () => (await import('./team-modes.tsx')).TeamModes);

export function ModeCard() {
  const { slug } = useOrganization();
  const mayWrite = useMay()('policy:write');
  const { data } = useQuery(publishedPolicyQuery(slug));
  const [wish, setWish] = useState<ModeWish>();
  const [isOpen, setOpen] = useState(false);
  const mode = data?.mode;
  const teams = data === undefined ? {} : documentOf(data).mode.teams;
  const amount = Object.keys(teams).length;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="mode" mih={92}>
      <Group justify="space-between" gap="md" align="flex-start">
        <Stack gap={2}>
          <Title order={2} size="h5" id="mode">
            {words.title}
          </Title>
          <Text maw="60ch">{mode === undefined ? ' ' : words.texts[mode]}</Text>
        </Stack>
        <SegmentedControl
          transitionDuration={0}
          aria-label={words.label}
          data={MODE_OPTIONS}
          value={mode ?? ''}
          disabled={!mayWrite || mode === undefined}
          onChange={(next) => setWish({ mode: next as Mode })}
        />
      </Group>
      {amount === 0 && !mayWrite ? null : (
        <>
          <UnstyledButton onClick={() => setOpen(!isOpen)} aria-expanded={isOpen} mt="xs" mih={24}>
            <Group gap={4}>
              {isOpen ? (
                <IconChevronDown size={16} aria-hidden />
              ) : (
                <IconChevronRight size={16} aria-hidden />
              )}
              <Text size="sm" fw={500}>
                {words.teams}
                {amount === 0 ? null : ` (${amount})`}
              </Text>
            </Group>
          </UnstyledButton>
          <Collapse expanded={isOpen}>
            <TeamModes teams={teams} onWish={setWish} />
          </Collapse>
        </>
      )}
      {wish === undefined ? null : (
        <ModeDialog wish={wish} revision={data?.revision ?? 0} onClose={() => setWish(undefined)} />
      )}
    </Paper>
  );
}
