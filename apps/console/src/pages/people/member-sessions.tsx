/** Where a member is signed in, with the end of each. */

import { Button, Skeleton, Text } from '@mantine/core';
import { commonTexts } from '#texts/common.ts';
import { peopleTexts } from '#texts/people.ts';
import { type MachineSession, useMachineSessions } from '../../api/machine-sessions.ts';
import { useMay } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import classes from './people.module.css';
import { useSessionEnding } from './session-ending.tsx';

const words = peopleTexts;

export function MemberSessions({ id }: { readonly id: string }) {
  const { rows, error, retry, hasMore, loadMore } = useMachineSessions({ person: id });
  const may = useMay();
  const { ask, dialog } = useSessionEnding();
  if (rows === undefined && error !== null) return <ProblemNotice error={error} onRetry={retry} />;
  if (rows === undefined) return <Skeleton h={24} />;
  if (rows.length === 0) return <Text size="sm">{words.member.noSessions}</Text>;
  return (
    <>
      <ul className={classes.rows}>
        {rows.map((session) => (
          <li key={session.id}>
            <SessionLine session={session} />
            {may('people:write') ? (
              <Button
                size="xs"
                variant="default"
                aria-label={words.member.endSession(session.machine.name)}
                onClick={() => ask(session)}
              >
                {words.sessions.end}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {hasMore ? (
        <Button size="xs" variant="subtle" onClick={loadMore}>
          {commonTexts.more}
        </Button>
      ) : null}
      {dialog}
    </>
  );
}

function SessionLine({ session: { machine, login, createdAt } }: { readonly session: MachineSession }) {
  return (
    <div className={classes.long ?? ''}>
      <Text size="sm">
        {machine.name} <code>{login}</code>
      </Text>
      <Text size="sm" c="dimmed">
        <RelativeTime at={createdAt} />
      </Text>
    </div>
  );
}
