/** What the draft, or going back to a revision, would have meant for the attempts of the last 30 days. */

import { Group, List, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { impactQuery } from '../../api/policy.ts';
import { useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import classes from './change-effect.module.css';
import { countThose } from './count-those.ts';

const words = registryAccessTexts.draft;
const HOURS = 720;
const MOST_SHOWN = 20;

export function ChangeEffect({
  of,
  version,
}: {
  readonly of: 'draft' | { readonly revision: number };
  /** What the answer depends on: version of the draft, or revision in force. */
  readonly version: number;
}) {
  const { slug } = useOrganization();
  const { data, error, refetch } = useQuery(impactQuery(slug, of, HOURS, version));
  if (error !== null) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <Group gap="xs" role="status">
        <Loader size="xs" />
        <Text size="sm">{words.effectPending}</Text>
      </Group>
    );
  }
  const lines = [
    ...data.denied.map((one) => ({ ...one, kind: 'denied' as const })),
    ...data.allowed.map((one) => ({ ...one, kind: 'allowed' as const })),
  ];
  return (
    <>
      {lines.length === 0 ? <Text size="sm">{words.noEffect}</Text> : null}
      <List size="sm" listStyleType="none" withPadding={false}>
        {lines.slice(0, MOST_SHOWN).map(({ kind, ...row }) => (
          <List.Item key={`${kind} ${row.registry}`} className={classes[kind] ?? ''}>
            {words[kind](row.registry, row.attempts, countThose([row]))}
          </List.Item>
        ))}
      </List>
      {lines.length > MOST_SHOWN ? (
        <Text size="sm">{words.moreChanges(lines.length - MOST_SHOWN)}</Text>
      ) : null}
      <Text size="sm" c="dimmed">
        {words.judged(data.attempts)}
      </Text>
    </>
  );
}
