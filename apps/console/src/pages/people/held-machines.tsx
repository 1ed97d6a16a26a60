/** Machines whose rootful engines act for a member. */

import { Anchor, Button, List, Skeleton, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { useMachines } from '../../api/machines.ts';
import type { Member } from '../../api/members.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { pageLink } from '../../shell/page-path.ts';

export function HeldMachines({ member: { id, email } }: { readonly member: Member }) {
  const { slug } = useOrganization();
  // The server searches holders by address among other things; the id tells which machines it found by the holder.
  const { rows, error, retry, hasMore, loadMore } = useMachines(slug, { search: email });
  if (rows === undefined && error !== null) return <ProblemNotice error={error} onRetry={retry} />;
  if (rows === undefined) return <Skeleton h={24} />;
  const held = rows.filter(({ holder, state }) => holder?.id === id && state !== 'revoked');
  if (held.length === 0) return <Text size="sm">{peopleTexts.member.noHeld}</Text>;
  return (
    <>
      <List size="sm">
        {held.map((machine) => (
          <List.Item key={machine.id}>
            <Anchor size="sm" component={Link} {...pageLink(slug, 'machines', { search: machine.name })}>
              {machine.name}
            </Anchor>
          </List.Item>
        ))}
      </List>
      {hasMore ? (
        <Button size="xs" variant="subtle" onClick={loadMore}>
          {commonTexts.more}
        </Button>
      ) : null}
    </>
  );
}
