/** The answer to the owner's first question, and what is missing for a plain yes. */

import { Anchor, Button, Group, List, Paper, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnected, IconShieldCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview } from '../../api/overview.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { pageLink, pagePath } from '../../shell/page-path.ts';

const words = overviewTexts.protection;

export function Protection({ overview }: { readonly overview: Overview }) {
  const { policy, machines } = overview;
  const gaps = toGaps(overview);
  const isWhole = gaps.length === 0 && policy?.mode === 'enforce';
  if (machines?.total === 0) return <NoMachine />;
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="protection">
      <Group gap="md" wrap="nowrap" align="flex-start">
        <ThemeIcon size={44} radius="xl" variant="light" color={isWhole ? 'gate' : 'amber'}>
          {isWhole ? <IconShieldCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
        </ThemeIcon>
        <div>
          <Title order={2} size="h4" id="protection">
            {words.title}
          </Title>
          {policy === undefined ? null : <Text>{words[policy.mode]}</Text>}
          {machines !== undefined && gaps.length === 0 ? <Text>{words.whole}</Text> : null}
          <Gaps gaps={gaps} />
        </div>
      </Group>
    </Paper>
  );
}

interface Gap {
  readonly text: string;
  /** Page of the organization that shows the machines, and its filters. */
  readonly page: string;
  readonly search: Readonly<Record<string, unknown>>;
}

function toGaps({ machines }: Overview): readonly Gap[] {
  if (machines === undefined) return [];
  const { behind, unwired, rejected, signIn } = machines;
  const all: readonly (Gap & { readonly amount: number })[] = [
    { amount: unwired, text: words.unwired(unwired), page: 'machines', search: { unwired: true } },
    { amount: behind, text: words.behind(behind), page: 'machines', search: { behind: true } },
    { amount: rejected, text: words.rejected(rejected), page: 'machines', search: { rejected: true } },
    {
      amount: signIn.required,
      text: words.signIn(signIn.required),
      page: 'sign-in',
      search: { state: 'required' },
    },
    {
      amount: signIn.broken,
      text: words.broken(signIn.broken),
      page: 'sign-in',
      search: { state: 'broken' },
    },
  ];
  return all.filter(({ amount }) => amount > 0);
}

function Gaps({ gaps }: { readonly gaps: readonly Gap[] }) {
  const { slug } = useOrganization();
  if (gaps.length === 0) return null;
  return (
    <List mt="xs" spacing={2}>
      {gaps.map(({ text, page, search }) => (
        <List.Item key={text}>
          <Anchor component={Link} {...pageLink(slug, page, search)}>
            {text}
          </Anchor>
        </List.Item>
      ))}
    </List>
  );
}

function NoMachine() {
  const { slug } = useOrganization();
  const may = useMay()('machines:write');
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="protection">
      <Group justify="space-between">
        <div>
          <Title order={2} size="h4" id="protection">
            {words.none.title}
          </Title>
          <Text c="dimmed">{words.none.text}</Text>
        </div>
        {may ? (
          <Button
            component={Link}
            to={pagePath(slug, 'first-run')}
            leftSection={<IconPlugConnected size={18} aria-hidden />}
          >
            {words.none.action}
          </Button>
        ) : null}
      </Group>
    </Paper>
  );
}
