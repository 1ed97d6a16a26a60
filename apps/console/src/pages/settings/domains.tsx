/** Domains: claimed, proved by a TXT record, released. */

import { Button, Group, Paper, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { settingsTexts } from '#texts/settings.ts';
import { type Domain, domainsQuery, useDomainChanges } from '../../api/identity.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ConfirmDialog } from '../../pieces/confirm-dialog.tsx';
import { CopyField } from '../../pieces/copy-field.tsx';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';

const words = settingsTexts.domains;

export function Domains() {
  const { slug } = useOrganization();
  const may = useMay()('organization:write');
  const { data, error, refetch } = useQuery(domainsQuery(slug));
  return (
    <Stack maw={760}>
      <Text c="dimmed">{words.lead}</Text>
      {may ? <Claim /> : null}
      {data === undefined && error !== null ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Skeleton h={160} /> : null}
      {data?.length === 0 ? <EmptyState icon={IconWorld} {...words.empty} /> : null}
      {(data ?? []).map((domain) => (
        <DomainCard key={domain.id} domain={domain} />
      ))}
    </Stack>
  );
}

function Claim() {
  const [domain, setDomain] = useState('');
  const { claim } = useDomainChanges();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (domain.trim() !== '') claim.mutate(domain.trim(), { onSuccess: () => setDomain('') });
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={words.domain}
          placeholder={words.placeholder}
          value={domain}
          onChange={(event) => setDomain(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={253}
          flex={1}
          miw={200}
        />
        <Button type="submit" disabled={domain.trim() === ''} loading={claim.isPending}>
          {words.claim}
        </Button>
      </Group>
      {claim.error === null ? null : <ProblemNotice error={claim.error} />}
    </form>
  );
}

function DomainCard({ domain }: { readonly domain: Domain }) {
  const may = useMay()('organization:write');
  const { verify, release } = useDomainChanges();
  const [isReleasing, setIsReleasing] = useState(false);
  const isPending = domain.state === 'pending';
  return (
    <Paper withBorder p="lg" component="section" aria-label={domain.domain}>
      <Stack>
        <Group justify="space-between">
          <Title order={2} size="h4">
            {domain.domain}
          </Title>
          <div aria-live="polite">
            <StatusBadge kind={isPending ? 'waiting' : 'good'} text={words.states[domain.state]} />
          </div>
        </Group>
        {isPending ? (
          <>
            <Text size="sm">{words.record}</Text>
            <CopyField label={words.recordName} value={domain.record.name} />
            <CopyField label={words.recordValue} value={domain.record.value} />
          </>
        ) : null}
        {verify.error === null ? null : <ProblemNotice error={verify.error} />}
        {may ? (
          <Group justify="flex-end">
            <Button
              variant="default"
              aria-label={words.releaseOf(domain.domain)}
              onClick={() => setIsReleasing(true)}
            >
              {words.release}
            </Button>
            {isPending ? (
              <Button loading={verify.isPending} onClick={() => verify.mutate(domain.id)}>
                {words.verify}
              </Button>
            ) : null}
          </Group>
        ) : null}
      </Stack>
      {isReleasing ? (
        <ConfirmDialog
          title={words.releasing.title(domain.domain)}
          effect={words.releasing.text}
          action={words.releasing.action}
          {...(isPending ? {} : { typed: domain.domain })}
          isBusy={release.isPending}
          error={release.error}
          onConfirm={() => release.mutate(domain.id, { onSuccess: () => setIsReleasing(false) })}
          onClose={() => setIsReleasing(false)}
        />
      ) : null}
    </Paper>
  );
}
