/** What the list says of a registry: name and host, what is allowed, what limits it, for whom. */

import { Badge, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconBrandDocker } from '@tabler/icons-react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Registry } from '../../api/registries.ts';
import type { Column } from '../../pieces/list-table.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { isDeepRule } from './is-deep-rule.ts';
import { LimitSummary } from './limit-summary.tsx';
import classes from './page.module.css';
import { isHub, type RegistryRow } from './registry-row.ts';

const words = registryAccessTexts;

export const registryColumns: readonly Column<RegistryRow>[] = [
  {
    key: 'registry',
    title: words.columns.registry,
    width: '34%',
    render: (row) => (row === 'hub-missing' ? <HubMissing /> : <Name item={row} />),
  },
  {
    key: 'allowed',
    title: words.columns.allowed,
    render: (row) => (row === 'hub-missing' ? '–' : <Actions item={row} />),
  },
  {
    key: 'limits',
    title: words.columns.limits,
    render: (row) => (row === 'hub-missing' ? '–' : <LimitSummary rule={row} />),
  },
  {
    key: 'who',
    title: words.columns.who,
    render: (row) => (row === 'hub-missing' ? '–' : (row.teams?.join(', ') ?? words.everyone)),
  },
];

function HubMissing() {
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <IconBrandDocker size={18} aria-hidden />
        <Text fw={600}>{words.hubName}</Text>
        <StatusBadge kind="bad" text={words.hubStates.missing} />
      </Group>
      <Text size="sm">{words.hubMissing}</Text>
    </Stack>
  );
}

function Name({ item }: { readonly item: Registry }) {
  const { registry, state, name } = item;
  const title = name ?? (isHub(item) ? words.hubName : undefined);
  return (
    <Stack gap={2}>
      <Group gap="xs">
        {isHub(item) ? <IconBrandDocker size={18} aria-hidden /> : null}
        <Text fw={600} className={`${classes.host} ${state === 'removed' ? classes.removed : ''}`}>
          {title ?? registry}
        </Text>
        {isHub(item) ? <HubState item={item} /> : null}
        <StateBadge state={state} />
      </Group>
      {title === undefined ? null : <code>{registry}</code>}
      <Notes item={item} />
    </Stack>
  );
}

function HubState({ item }: { readonly item: Registry }) {
  if (item.allow.length === 0) return <StatusBadge kind="bad" text={words.hubStates.blocked} />;
  const isRestricted = isDeepRule(item) || item.teams !== undefined;
  return isRestricted ? (
    <StatusBadge kind="waiting" text={words.hubStates.restricted} />
  ) : (
    <StatusBadge kind="good" text={words.hubStates.allowed} />
  );
}

export function StateBadge({ state }: { readonly state: Registry['state'] }) {
  if (state === 'published') return null;
  return (
    <Badge variant="outline" color={state === 'removed' ? 'red' : 'gate'} tt="none">
      {words.states[state]}
    </Badge>
  );
}

function Notes({ item }: { readonly item: Registry }) {
  const { companions, mirrorOf, insecure, whenHostOnly } = item;
  const isDeep = isDeepRule(item);
  return (
    <>
      {companions.length === 0 || isHub(item) ? null : (
        <Tooltip
          label={companions.join(', ')}
          multiline
          maw={420}
          events={{ hover: true, focus: true, touch: true }}
        >
          <Text size="xs" c="dimmed" w="fit-content">
            {words.companions(companions.length)}
          </Text>
        </Tooltip>
      )}
      {mirrorOf === undefined ? null : (
        <Text size="xs" c="dimmed">
          {words.mirrorOf(mirrorOf.registry)}
        </Text>
      )}
      {insecure === true ? (
        <Text size="xs" c="dimmed">
          {words.plainHttp}
        </Text>
      ) : null}
      {isDeep ? (
        <Group gap={4} wrap="nowrap" className={whenHostOnly === 'allow' ? '' : (classes.warning ?? '')}>
          <IconAlertTriangle size={14} aria-hidden />
          <Text size="xs">{whenHostOnly === 'allow' ? words.hostPasses : words.needsDepth}</Text>
        </Group>
      ) : null}
    </>
  );
}

function Actions({ item }: { readonly item: Registry }) {
  if (item.allow.length === 0) return <StatusBadge kind="bad" text={words.blocked} />;
  return (
    <Group gap={4}>
      {item.allow.map((action) => (
        <Badge key={action} variant="light" color="gray" tt="none">
          {words.actionNames[action]}
        </Badge>
      ))}
    </Group>
  );
}
