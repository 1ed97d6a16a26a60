/** Who is in a team, put in and taken out. */

import { ActionIcon, Button, Group, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import { IconUsersGroup, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { useMembers, useSetTeam } from '../../api/members.ts';
import { useMay } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { PersonSelect } from '../../pieces/person-select.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import classes from './people.module.css';
import { Section } from './section.tsx';

const words = peopleTexts.teams;

export function TeamMembers({ slug }: { readonly slug: string }) {
  const { rows, error, retry, hasMore, loadMore, isLoadingMore } = useMembers({ team: slug });
  const may = useMay()('people:write');
  const set = useSetTeam(slug);
  return (
    <Section title={words.who}>
      <Stack gap="sm">
        {may ? <AddMember isBusy={set.isPending} onAdd={(id) => set.mutate({ id, isIn: true })} /> : null}
        {set.error === null ? null : <ProblemNotice error={set.error} />}
        {rows === undefined && error !== null ? <ProblemNotice error={error} onRetry={retry} /> : null}
        {rows === undefined && error === null ? <Skeleton h={120} /> : null}
        {rows?.length === 0 ? <EmptyState icon={IconUsersGroup} {...words.nobody} /> : null}
        <ul className={classes.rows}>
          {(rows ?? []).map(({ id, name, email }) => (
            <li key={id}>
              <div className={classes.long ?? ''}>
                <Text size="sm">{name}</Text>
                <Text size="sm" c="dimmed">
                  {email}
                </Text>
              </div>
              {may ? (
                <Tooltip label={words.remove(name)}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={words.remove(name)}
                    onClick={() => set.mutate({ id, isIn: false })}
                  >
                    <IconX size={16} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              ) : null}
            </li>
          ))}
        </ul>
        {hasMore ? (
          <Button size="xs" variant="subtle" onClick={loadMore} loading={isLoadingMore}>
            {commonTexts.more}
          </Button>
        ) : null}
      </Stack>
    </Section>
  );
}

function AddMember({ isBusy, onAdd }: { readonly isBusy: boolean; readonly onAdd: (id: string) => void }) {
  const [person, setPerson] = useState('');
  return (
    <Group align="flex-end" wrap="nowrap" gap="xs" className={classes.add ?? ''}>
      <PersonSelect
        label={words.addPerson}
        placeholder={words.addPlaceholder}
        value={person}
        onChange={setPerson}
      />
      <Button
        variant="default"
        disabled={person === ''}
        loading={isBusy}
        onClick={() => {
          onAdd(person);
          setPerson('');
        }}
      >
        {words.add}
      </Button>
    </Group>
  );
}
