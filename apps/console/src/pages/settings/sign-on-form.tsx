/** Provider, client, newcomers, and what groups give. The secret is never shown, and kept when left empty. */

import { Alert, Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { settingsTexts } from '#texts/settings.ts';
import { type SsoConnection, useSsoChanges } from '../../api/identity.ts';
import type { Role } from '../../api/members.ts';
import { useMay } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RoleSelect } from '../../pieces/role-select.tsx';
import { findMappingProblem, MappingsEditor, toMappings, toRows } from './mappings-editor.tsx';

const words = settingsTexts.sso;

export function SignOnForm({ connection }: { readonly connection: SsoConnection | null }) {
  const may = useMay()('organization:write');
  const { save } = useSsoChanges(() => notifications.show({ message: words.saved }));
  const [rows, setRows] = useState(() => toRows(connection?.mappings ?? []));
  const [problem, setProblem] = useState<string>();
  const form = useForm({
    initialValues: {
      issuer: connection?.issuer ?? '',
      clientId: connection?.clientId ?? '',
      clientSecret: '',
      groupsClaim: connection?.groupsClaim ?? 'groups',
      justInTime: connection?.justInTime ?? true,
      defaultRole: (connection?.defaultRole ?? 'member') as Role,
    },
  });
  const submit = ({ clientSecret, issuer, ...wish }: typeof form.values) => {
    const wrong = findMappingProblem(rows);
    setProblem(wrong);
    if (wrong !== undefined) return;
    const secret = clientSecret === '' ? {} : { clientSecret };
    save.mutate({ ...wish, issuer: issuer.trim(), ...secret, mappings: toMappings(rows) });
  };
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          type="url"
          label={words.issuer}
          description={words.issuerHint}
          required
          withAsterisk={false}
          readOnly={!may}
          spellCheck={false}
          {...form.getInputProps('issuer')}
        />
        <TextInput
          label={words.clientId}
          required
          withAsterisk={false}
          readOnly={!may}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('clientId')}
        />
        {may ? (
          <TextInput
            type="password"
            label={words.secret}
            {...(connection === null ? {} : { description: words.secretKept })}
            required={connection === null}
            withAsterisk={false}
            autoComplete="off"
            {...form.getInputProps('clientSecret')}
          />
        ) : null}
        <TextInput
          label={words.groupsClaim}
          description={words.groupsClaimHint}
          required
          withAsterisk={false}
          readOnly={!may}
          spellCheck={false}
          {...form.getInputProps('groupsClaim')}
        />
        <Switch
          label={words.justInTime}
          description={words.justInTimeHint}
          disabled={!may}
          {...form.getInputProps('justInTime', { type: 'checkbox' })}
        />
        {form.values.justInTime ? (
          <RoleSelect
            label={words.defaultRole}
            value={form.values.defaultRole}
            onChange={(role) => form.setFieldValue('defaultRole', role)}
            without={['owner']}
            disabled={!may}
          />
        ) : null}
        <MappingsEditor rows={rows} onChange={setRows} isReadOnly={!may} />
        {problem === undefined ? null : (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        {save.error === null ? null : <ProblemNotice error={save.error} />}
        {may ? (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {connection === null ? words.connect : words.save}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </form>
  );
}
