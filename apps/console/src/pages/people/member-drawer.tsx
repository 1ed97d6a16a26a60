/** One member beside the list: what they may do, where they come from, where they are signed in, and the end of it. */

import { Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { type Member, memberQuery } from '../../api/members.ts';
import { organizationQuery } from '../../api/organization.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { StatusBadge } from '../../pieces/status-badge.tsx';
import { HeldMachines } from './held-machines.tsx';
import { MemberEnding } from './member-ending.tsx';
import { MemberForm } from './member-form.tsx';
import { MemberSessions } from './member-sessions.tsx';
import { MemberSource } from './member-source.tsx';
import classes from './people.module.css';
import { Section } from './section.tsx';

const words = peopleTexts.member;

export function MemberDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(memberQuery(slug, id));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="md"
      title={words.title}
      closeButtonProps={{ 'aria-label': commonTexts.close }}
    >
      {data === undefined && error !== null ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined && error === null ? <Pending /> : null}
      {data === undefined ? null : <Parts member={data} onGone={onClose} />}
    </Drawer>
  );
}

function Parts({ member, onGone }: { readonly member: Member; readonly onGone: () => void }) {
  const may = useMay();
  return (
    <Stack gap="lg">
      <Head member={member} />
      {/* A form of its own for each saved state, so that it begins with what is. */}
      <MemberForm key={`${member.role} ${member.teams.join(' ')}`} member={member} />
      <MemberSource member={member} />
      <Factor member={member} />
      <Section title={words.sessions}>
        <MemberSessions id={member.id} />
      </Section>
      {may('machines:read') ? (
        <Section title={words.held}>
          <Text size="sm" c="dimmed" mb={4}>
            {words.heldText}
          </Text>
          <HeldMachines member={member} />
        </Section>
      ) : null}
      <MemberEnding member={member} onGone={onGone} />
    </Stack>
  );
}

function Head({ member }: { readonly member: Member }) {
  const { name, email, state, createdAt, deactivatedAt } = member;
  return (
    <div>
      <Group justify="space-between" align="flex-start">
        <Title order={2} size="h3">
          {name}
        </Title>
        <StatusBadge
          kind={state === 'active' ? 'good' : 'neutral'}
          text={peopleTexts.members.states[state]}
        />
      </Group>
      <Text className={classes.long ?? ''}>{email}</Text>
      <Text size="sm" c="dimmed">
        {words.joined} <RelativeTime at={createdAt} />
        {deactivatedAt === undefined ? null : (
          <>
            {'. '}
            {words.deactivatedSince} <RelativeTime at={deactivatedAt} />
          </>
        )}
      </Text>
    </div>
  );
}

function Factor({ member: { twoFactor, role } }: { readonly member: Member }) {
  const { slug } = useOrganization();
  const { data } = useQuery(organizationQuery(slug));
  const isMissing = !twoFactor && data?.twoFactorRoles.includes(role) === true;
  return (
    <Section title={words.factor}>
      <Text size="sm">
        {twoFactor ? words.factorOn : words.factorOff} {isMissing ? words.factorMissing : ''}
      </Text>
    </Section>
  );
}

function Pending() {
  return (
    <Stack aria-busy="true" role="status" aria-label={commonTexts.loading}>
      <Skeleton h={64} />
      <Skeleton h={150} />
      <Skeleton h={80} />
      <Skeleton h={120} />
    </Stack>
  );
}
