/** The parts of an opened decision, the most wanted first. */

import { Anchor, Blockquote, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { decisionsTexts } from '#texts/decisions.ts';
import type { DecisionDetail } from '../../api/decisions.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { DecisionOutcome } from '../../pieces/decision-outcome.tsx';
import { Facts } from '../../pieces/facts.tsx';
import { pageLink } from '../../shell/page-path.ts';
import { ChangePolicy } from './change-policy.tsx';
import { Explanation } from './explanation.tsx';
import { factsOf } from './facts.tsx';
import { imageOf } from './image-of.ts';

const words = decisionsTexts.detail;

export function DecisionContent({ decision }: { readonly decision: DecisionDetail }) {
  const { slug } = useOrganization();
  const may = useMay();
  const image = imageOf(decision);
  const { verdict, effect, action } = decision;
  const question = { reference: image, ...(action === undefined ? {} : { action }) };
  return (
    <Stack gap="lg">
      <Group gap="sm" align="center">
        <DecisionOutcome verdict={verdict} effect={effect} />
        <Title order={3} size="h4">
          <code>{image}</code>
        </Title>
      </Group>
      <Sentence decision={decision} />
      {may('policy:write') ? <ChangePolicy decision={decision} /> : null}
      <Facts facts={factsOf(slug, decision)} />
      {may('policy:read') ? <Explanation explanation={decision.explanation} /> : null}
      {decision.repository === undefined ? null : (
        <Anchor component={Link} {...pageLink(slug, 'check', question)} size="sm">
          {words.check}
        </Anchor>
      )}
    </Stack>
  );
}

function Sentence({ decision: { message, effect } }: { readonly decision: DecisionDetail }) {
  if (message === undefined || message === '') return <Text c="dimmed">{words.noSentence}</Text>;
  const wasSeen = effect === 'refuse';
  return (
    <div>
      <Text size="sm" c="dimmed" mb={4}>
        {wasSeen ? words.sentence : words.observedSentence}
      </Text>
      <Blockquote p="sm" m={0} color={wasSeen ? 'red' : 'amber'} style={{ overflowWrap: 'anywhere' }}>
        {message}
      </Blockquote>
    </div>
  );
}
