/** Name, fingerprint, required second factor, enforced single sign-on. */

import { Button, Group, Paper, Skeleton, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { settingsTexts } from '#texts/settings.ts';
import { type Organization, organizationQuery, useUpdateOrganization } from '../../api/organization.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { CopyField } from '../../pieces/copy-field.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { EnforcedSignOn } from './enforced-sign-on.tsx';
import { RequiredFactor } from './required-factor.tsx';

const words = settingsTexts.general;

export function General() {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(organizationQuery(slug));
  if (data === undefined && error !== null) {
    return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Skeleton h={420} role="status" aria-label={commonTexts.loading} />;
  return (
    <Stack gap="lg" maw={760}>
      <Names key={data.name} organization={data} />
      <RequiredFactor key={data.twoFactorRoles.join()} organization={data} />
      <EnforcedSignOn organization={data} />
    </Stack>
  );
}

function Names({ organization }: { readonly organization: Organization }) {
  const may = useMay()('organization:write');
  const update = useUpdateOrganization(() => notifications.show({ message: words.saved }));
  const form = useForm({
    initialValues: { name: organization.name },
    validate: { name: (name) => (name.trim() === '' ? words.nameWrong : null) },
  });
  const save = ({ name }: { name: string }) => update.mutate({ name: name.trim() });
  return (
    <Paper withBorder p="lg">
      <form onSubmit={form.onSubmit(save)}>
        <Stack>
          <TextInput
            label={words.name}
            description={words.nameHint}
            maxLength={100}
            autoComplete="off"
            readOnly={!may}
            {...form.getInputProps('name')}
          />
          <CopyField label={words.slug} value={organization.slug} description={words.slugHint} />
          {organization.fingerprint === undefined ? null : (
            <CopyField
              label={words.fingerprint}
              value={organization.fingerprint}
              description={words.fingerprintHint}
            />
          )}
          {update.error === null ? null : <ProblemNotice error={update.error} />}
          {may ? (
            <Group justify="flex-end">
              <Button type="submit" disabled={!form.isDirty()} loading={update.isPending}>
                {words.saveName}
              </Button>
            </Group>
          ) : null}
        </Stack>
      </form>
    </Paper>
  );
}
