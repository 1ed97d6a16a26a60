/** Which machines require a sign-in, by what, and whether somebody is signed in there. */

import { Chip, Group, Stack, Text, Title } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { signInTexts } from '#texts/sign-in.ts';
import { type Machine, machineSummaryQuery, useMachines } from '../../api/machines.ts';
import { useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge, type StatusKind } from '../../pieces/status-badge.tsx';

const words = signInTexts.machines;
const STATES = ['satisfied', 'required', 'broken', 'off'] as const;
type State = (typeof STATES)[number];
const KINDS: Readonly<Record<State, StatusKind>> = {
  satisfied: 'good',
  required: 'waiting',
  broken: 'bad',
  off: 'neutral',
};

export function ObeyingMachines() {
  const { slug } = useOrganization();
  const { state: wished } = useSearch({ strict: false }) as { state?: unknown };
  const state = STATES.find((name) => name === wished);
  const listing = useMachines(slug, state === undefined ? {} : { signIn: state });
  return (
    <section aria-labelledby="obeying">
      <Stack gap="sm">
        <Title order={2} size="h4" id="obeying">
          {words.title}
        </Title>
        <StateFilter state={state} />
        <ListTable
          label={words.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={<EmptyState icon={IconDeviceDesktop} {...words.empty} />}
        />
      </Stack>
    </section>
  );
}

function StateFilter({ state }: { readonly state: State | undefined }) {
  const { slug } = useOrganization();
  const navigate = useNavigate();
  const { data } = useQuery(machineSummaryQuery(slug));
  const choose = (next: string) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, state: next === 'all' ? undefined : next }),
      replace: true,
    });
  return (
    <div>
      <Chip.Group value={state ?? 'all'} onChange={(next) => choose(String(next))}>
        <Group gap="xs" role="radiogroup" aria-label={words.filter}>
          <Chip value="all">{words.all(data?.total ?? 0)}</Chip>
          {STATES.map((name) => (
            <Chip key={name} value={name}>
              {words.states[name].name} {data?.signIn[name] ?? ''}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Text size="sm" c="dimmed" mt="xs" aria-live="polite" mih="1.5em">
        {state === undefined || data === undefined ? '' : words.states[state].text(data.signIn[state])}
      </Text>
    </div>
  );
}

function stateOf({ signIn }: Machine): State {
  if (signIn === undefined) return 'off';
  return signIn.problem === undefined ? signIn.state : 'broken';
}

const columns: readonly Column<Machine>[] = [
  { key: 'name', title: words.columns.name, render: ({ name }) => name },
  {
    key: 'state',
    title: words.columns.state,
    render: (machine) => {
      const state = stateOf(machine);
      return <StatusBadge kind={KINDS[state]} text={words.states[state].name} />;
    },
  },
  { key: 'mechanism', title: words.columns.mechanism, render: ({ signIn }) => <Mechanism report={signIn} /> },
  {
    key: 'organizations',
    title: words.columns.organizations,
    render: ({ signIn }) => signIn?.allowedOrgs.join(', ') || words.nothing,
  },
  {
    key: 'seen',
    title: words.columns.seen,
    render: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} />,
  },
];

function Mechanism({ report }: { readonly report: Machine['signIn'] }) {
  if (report === undefined || report.mechanism === 'none') return words.nothing;
  return (
    <div>
      <code>{report.place ?? report.mechanism}</code>
      {report.problem === undefined ? null : (
        <Text size="sm" c="red">
          {report.problem}
        </Text>
      )}
    </div>
  );
}
