/** Roles that need a second factor, with how many of each lack one today. */

import { Alert, Anchor, Button, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { roleTexts } from '#texts/roles.ts';
import { settingsTexts } from '#texts/settings.ts';
import { firstMembersQuery, ROLES } from '../../api/members.ts';
import { type Organization, useUpdateOrganization } from '../../api/organization.ts';
import { useMay, useOrganization, useSession } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { pageLink } from '../../shell/page-path.ts';

const words = settingsTexts.general.factor;

export function RequiredFactor({ organization }: { readonly organization: Organization }) {
  const { slug, role } = useOrganization();
  const { user } = useSession();
  const may = useMay()('organization:write');
  const [roles, setRoles] = useState<readonly string[]>(organization.twoFactorRoles);
  const update = useUpdateOrganization();
  const { data: lacking } = useQuery(firstMembersQuery(slug, { twoFactor: false, state: 'active' }));
  const isChanged = [...roles].sort().join() !== [...organization.twoFactorRoles].sort().join();
  const isLocked = roles.includes(role) && lacking?.items.some(({ id }) => id === user.id) === true;
  const save = () => update.mutate({ twoFactorRoles: ROLES.filter((one) => roles.includes(one)) });
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="factor">
      <Stack>
        <div>
          <Title order={2} size="h4" id="factor">
            {words.title}
          </Title>
          <Text c="dimmed">{words.text}</Text>
        </div>
        <Checkbox.Group label={words.roles} value={[...roles]} onChange={setRoles}>
          <Stack gap="xs" mt="xs">
            {ROLES.map((one) => (
              <Checkbox
                key={one}
                value={one}
                label={roleTexts[one].name}
                description={
                  lacking === undefined
                    ? ' '
                    : words.lacks(lacking.items.filter((member) => member.role === one).length, lacking.more)
                }
                disabled={!may}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {may && isLocked ? (
          <Alert color="amber" role="note">
            {words.yourself}{' '}
            <Anchor href="/account" underline="always">
              {words.toAccount}
            </Anchor>
          </Alert>
        ) : null}
        {update.error === null ? null : <ProblemNotice error={update.error} />}
        <Group justify="space-between">
          <Anchor
            component={Link}
            {...pageLink(slug, 'people', { tab: 'members', state: 'active', twoFactor: false })}
          >
            {words.who}
          </Anchor>
          {may ? (
            <Button onClick={save} disabled={!isChanged} loading={update.isPending} aria-describedby="factor">
              {words.save}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Paper>
  );
}
