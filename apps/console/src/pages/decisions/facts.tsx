/** Who asked, when, where, and what decided. */

import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { decisionsTexts } from '#texts/decisions.ts';
import type { DecisionDetail } from '../../api/decisions.ts';
import type { Fact } from '../../pieces/facts.tsx';
import { PersonName } from '../../pieces/person-name.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { pageLink } from '../../shell/page-path.ts';

const words = decisionsTexts;
const names = words.detail.facts;

export function factsOf(organization: string, decision: DecisionDetail): readonly Fact[] {
  const { at, receivedAt, action, machine, user, engine, point, depth, mode, revision, ruleId } = decision;
  const facts: readonly (readonly [name: string, value: ReactNode] | undefined)[] = [
    [names.at, <RelativeTime key="at" at={at} />],
    [names.received, <RelativeTime key="received" at={receivedAt} />],
    [names.action, action === undefined ? words.detail.hostOnly : (words.actions[action] ?? action)],
    [
      names.machine,
      <Anchor
        key="machine"
        component={Link}
        {...pageLink(organization, 'machines', { id: machine.id })}
        inherit
      >
        {machine.name}
      </Anchor>,
    ],
    [names.person, user === undefined ? words.nobody : <PersonName key="person" id={user} />],
    engine === undefined ? undefined : [names.engine, engine],
    [names.point, words.detail.point(point, words.detail.depths[depth] ?? depth)],
    [names.mode, words.modes[mode] ?? mode],
    [names.revision, words.detail.revision(revision)],
    [names.reason, words.reasons[decision.reason] ?? decision.reason],
    ruleId === undefined ? undefined : [names.rule, <code key="rule">{ruleId}</code>],
    [names.record, words.detail.record(decision.log, decision.seq)],
  ];
  return facts.filter((fact) => fact !== undefined).map(([name, value]) => ({ name, value }));
}
