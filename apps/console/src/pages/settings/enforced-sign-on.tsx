/** Whether everybody signs in through the identity provider, with the way that owners keep. */

import { Anchor, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { settingsTexts } from '#texts/settings.ts';
import { ssoQuery } from '../../api/identity.ts';
import { type Organization, useUpdateOrganization } from '../../api/organization.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { pageLink } from '../../shell/page-path.ts';

const words = settingsTexts.general.sso;

export function EnforcedSignOn({ organization }: { readonly organization: Organization }) {
  const { slug } = useOrganization();
  const may = useMay()('organization:write');
  const update = useUpdateOrganization();
  const { data: connection } = useQuery(ssoQuery(slug));
  const isMissing = connection === null;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="enforced">
      <Stack>
        <div>
          <Title order={2} size="h4" id="enforced">
            {words.title}
          </Title>
          <Text c="dimmed">{words.text}</Text>
        </div>
        <Switch
          label={words.label}
          checked={organization.ssoEnforced}
          disabled={!may || update.isPending || (isMissing && !organization.ssoEnforced)}
          onChange={(event) => update.mutate({ ssoEnforced: event.currentTarget.checked })}
        />
        {isMissing ? (
          <Text size="sm">
            {words.missing}{' '}
            <Anchor
              size="sm"
              underline="always"
              component={Link}
              {...pageLink(slug, 'settings', { tab: 'single-sign-on' })}
            >
              {words.toSso}
            </Anchor>
          </Text>
        ) : null}
        {update.error === null ? null : <ProblemNotice error={update.error} />}
      </Stack>
    </Paper>
  );
}
