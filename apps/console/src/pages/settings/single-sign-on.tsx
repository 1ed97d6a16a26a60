/** The connection to the identity provider: set, tested, removed. */

import { Paper, Skeleton, Stack, Text } from '@mantine/core';
import { IconId } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { settingsTexts } from '#texts/settings.ts';
import { ssoQuery } from '../../api/identity.ts';
import { organizationQuery } from '../../api/organization.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { CopyField } from '../../pieces/copy-field.tsx';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RemoveSignOn } from './remove-sign-on.tsx';
import { SignOnForm } from './sign-on-form.tsx';
import { SignOnTest } from './sign-on-test.tsx';

const words = settingsTexts.sso;

export function SingleSignOn() {
  const { slug } = useOrganization();
  const may = useMay()('organization:write');
  const { data, error, refetch } = useQuery(ssoQuery(slug));
  const organization = useQuery(organizationQuery(slug));
  if (data === undefined && error !== null) {
    return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  }
  if (organization.data === undefined && organization.error !== null) {
    return <ProblemNotice error={organization.error} onRetry={() => void organization.refetch()} />;
  }
  if (data === undefined || organization.data === undefined)
    return <Skeleton h={480} role="status" aria-label={commonTexts.loading} />;
  if (data === null && !may) return <EmptyState icon={IconId} {...words.none} />;
  return (
    <Stack maw={760} gap="lg">
      <Text c="dimmed">{words.lead}</Text>
      <Paper withBorder p="lg">
        <Stack>
          <CopyField
            label={words.redirect}
            // Known before the connection is: the provider asks for it first.
            value={data?.redirectUri ?? organization.data.ssoRedirectUri}
            description={words.redirectHint}
          />
          <SignOnForm key={data?.updatedAt ?? 'new'} connection={data} />
        </Stack>
      </Paper>
      {data !== null && may ? <SignOnTest key={data.updatedAt} /> : null}
      {data !== null && may ? <RemoveSignOn /> : null}
    </Stack>
  );
}
