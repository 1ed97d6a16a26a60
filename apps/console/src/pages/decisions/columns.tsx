/** The columns of the list. */

import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { decisionsTexts } from '#texts/decisions.ts';
import type { Decision } from '../../api/decisions.ts';
import { DecisionOutcome } from '../../pieces/decision-outcome.tsx';
import type { Column } from '../../pieces/list-table.tsx';
import { PersonName } from '../../pieces/person-name.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { type AddressSearch, withChanges } from '../../shell/address.ts';
import { imageOf } from './image-of.ts';

const words = decisionsTexts;
const titles = words.columns;

export const columns: readonly Column<Decision>[] = [
  { key: 'at', title: titles.at, width: '9rem', render: ({ at }) => <RelativeTime at={at} /> },
  { key: 'outcome', title: titles.outcome, width: '10.5rem', render: DecisionOutcome },
  { key: 'image', title: titles.image, render: (decision) => <Image decision={decision} /> },
  {
    key: 'action',
    title: titles.action,
    render: ({ action }) => (action === undefined ? '–' : (words.actions[action] ?? action)),
  },
  { key: 'machine', title: titles.machine, render: ({ machine }) => <Wrapped text={machine.name} /> },
  {
    key: 'person',
    title: titles.person,
    render: ({ user }) => (user === undefined ? '–' : <PersonName id={user} />),
  },
  {
    key: 'why',
    title: titles.why,
    render: ({ reason, ruleId }) => (
      <Wrapped text={`${words.reasons[reason] ?? reason}${ruleId === undefined ? '' : ` (${ruleId})`}`} />
    ),
  },
];

function Image({ decision }: { readonly decision: Decision }) {
  const { id, count } = decision;
  const image = imageOf(decision);
  return (
    <Group gap={6} wrap="nowrap" align="baseline">
      <Anchor
        component={Link}
        to="."
        search={((old: AddressSearch) => withChanges(old, { id })) as never}
        resetScroll={false}
        className="mono"
        aria-haspopup="dialog"
      >
        {image}
      </Anchor>
      {count > 1 ? (
        <Text span size="sm" c="dimmed" title={words.timesLong(count)} flex="none">
          {words.times(count)}
        </Text>
      ) : null}
    </Group>
  );
}

/** Names are as long as a machine likes. */
function Wrapped({ text }: { readonly text: string }) {
  return <span style={{ overflowWrap: 'anywhere' }}>{text}</span>;
}
