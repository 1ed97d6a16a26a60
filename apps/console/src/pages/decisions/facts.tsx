/** Who asked, when, where, and what decided. */

import type { DecisionDetail } from '../../api/decisions.ts';
import type { Fact } from '../../pieces/fact-list.tsx';
import { PersonName } from '../../pieces/person-name.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { texts } from '../../texts/texts.ts';

const words = texts.decisions;
const names = words.detail.facts;

export function factsOf(decision: DecisionDetail): readonly Fact[] {
  const { at, receivedAt, action, machine, user, engine, point, depth, mode, revision, ruleId } = decision;
  const facts: readonly (Fact | undefined)[] = [
    [names.at, <RelativeTime key="at" at={at} />],
    [names.received, <RelativeTime key="received" at={receivedAt} />],
    [names.action, action === undefined ? words.detail.hostOnly : (words.actions[action] ?? action)],
    [names.machine, machine.name],
    [names.person, user === undefined ? words.nobody : <PersonName key="person" id={user} />],
    engine === undefined ? undefined : [names.engine, engine],
    [names.point, words.detail.point(point, words.detail.depths[depth] ?? depth)],
    [names.mode, words.modes[mode] ?? mode],
    [names.revision, words.detail.revision(revision)],
    [names.reason, words.reasons[decision.reason] ?? decision.reason],
    ruleId === undefined ? undefined : [names.rule, <code key="rule">{ruleId}</code>],
    [names.record, words.detail.record(decision.log, decision.seq)],
  ];
  return facts.filter((fact) => fact !== undefined);
}
