/** A handful of numbers, each with the page behind it. */

import { Card, SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { overviewTexts } from '#texts/overview.ts';
import type { Overview, WindowHours } from '../../api/overview.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { pageLink } from '../../shell/page-path.ts';
import classes from './overview.module.css';

const words = overviewTexts.figures;
const number = new Intl.NumberFormat('en');

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly note: string;
  readonly page: string;
  readonly search?: Readonly<Record<string, unknown>>;
}

export function Figures({ overview }: { readonly overview: Overview }) {
  const { slug } = useOrganization();
  const may = useMay();
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md">
      {toFigures(overview)
        .filter(({ page }) => page !== 'people' || may('people:read'))
        .map(({ name, value, note, page, search }) => (
          <Card
            key={name}
            withBorder
            component={Link}
            {...pageLink(slug, page, search)}
            className={classes.figure}
          >
            <Text size="sm" c="dimmed">
              {name}
            </Text>
            <Text className={classes.number}>{number.format(value)}</Text>
            <Text size="sm" c="dimmed">
              {note}
            </Text>
          </Card>
        ))}
    </SimpleGrid>
  );
}

function toFigures({ machines, people, attempts, hours }: Overview): readonly Figure[] {
  const { allowed, denied, observed } = attempts;
  const during = words.in(overviewTexts.windows[hours as WindowHours]);
  return [
    ...(machines === undefined
      ? []
      : [
          {
            name: words.online,
            value: machines.online,
            note: `${words.ofTotal(machines.total)}, ${words.offline(machines.offline)}`,
            page: 'machines',
          },
        ]),
    ...(people === undefined
      ? []
      : [
          {
            name: words.people,
            value: people.active,
            note: words.deactivated(people.deactivated),
            page: 'people',
          },
        ]),
    { name: words.attempts, value: allowed + denied + observed, note: during, page: 'decisions' },
    { name: words.denied, value: denied, note: during, page: 'decisions', search: { effect: 'refuse' } },
    {
      name: words.wouldBeDenied,
      value: observed,
      note: during,
      page: 'decisions',
      search: { verdict: 'deny', effect: 'forward' },
    },
  ];
}
