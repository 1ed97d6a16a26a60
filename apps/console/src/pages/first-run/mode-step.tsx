/** Step 2: observe or enforce, with what each means. Choosing changes it at once. */

import { Radio, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { firstRunTexts } from '#texts/first-run.ts';
import { publishedPolicyQuery } from '../../api/policy.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import classes from './first-run.module.css';
import { Step } from './step.tsx';
import { useChangeMode } from './use-change-mode.ts';

const words = firstRunTexts.mode;
const MODES = ['observe', 'enforce'] as const;

export function ModeStep() {
  const { slug } = useOrganization();
  const may = useMay()('policy:write');
  const { data, error } = useQuery(publishedPolicyQuery(slug));
  const change = useChangeMode();
  const mode = change.isPending ? change.variables : data?.mode;
  return (
    <Step at={2} title={words.title} progress={mode === 'off' ? 'now' : 'done'}>
      <Text c="dimmed">{mode === 'off' ? words.off : words.lead}</Text>
      {data === undefined && error !== null ? <ProblemNotice error={error} /> : null}
      {mode === undefined ? (
        <Skeleton h={110} />
      ) : (
        <Radio.Group
          value={mode}
          onChange={(next) => change.mutate(next === 'enforce' ? 'enforce' : 'observe')}
          aria-label={words.label}
        >
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {MODES.map((name) => (
              <Radio.Card
                key={name}
                value={name}
                disabled={!may || change.isPending}
                p="md"
                className={classes.mode ?? ''}
                aria-label={words[name].name}
                aria-describedby={`mode-${name}`}
              >
                <div className={classes.choice}>
                  <Radio.Indicator mt={2} />
                  <div>
                    <Text fw={600}>{words[name].name}</Text>
                    <Text size="sm" id={`mode-${name}`}>
                      {words[name].text}
                    </Text>
                  </div>
                </div>
              </Radio.Card>
            ))}
          </SimpleGrid>
        </Radio.Group>
      )}
      {change.error === null ? null : <ProblemNotice error={change.error} />}
    </Step>
  );
}
