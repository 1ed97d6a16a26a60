/** How a decision came out: allowed, denied, or let through although it would be denied. */

import { decisionsTexts } from '#texts/decisions.ts';
import type { Decision } from '../api/decisions.ts';
import { StatusBadge } from './status-badge.tsx';

const words = decisionsTexts.outcomes;

export function DecisionOutcome({ verdict, effect }: Pick<Decision, 'verdict' | 'effect'>) {
  if (verdict === 'allow') return <StatusBadge kind="good" text={words.allowed} />;
  if (effect === 'forward') return <StatusBadge kind="waiting" text={words.observed} />;
  return <StatusBadge kind="bad" text={words.denied} />;
}
