/** What can be chosen for a decision: how much of its registry, which actions. Pure. */

import { decisionsTexts } from '#texts/decisions.ts';
import type { Decision } from '../../api/decisions.ts';
import type { ActionName } from './plan-change.ts';

const words = decisionsTexts;

export interface Choice<Value> {
  readonly label: string;
  readonly value: Value;
}

/**
 * From the narrowest on: the repository, everything beside it, the whole registry. A point that saw the host alone knows no
 * repository; where no point looks deeper, a permission for one would help nobody.
 */
export function scopesOf({
  registry,
  repository,
  reason,
}: Pick<Decision, 'registry' | 'repository' | 'reason'>): readonly Choice<string | undefined>[] {
  const whole = { label: words.scope.registry(registry), value: undefined };
  if (repository === undefined || reason === 'DEPTH_UNAVAILABLE') return [whole];
  const above = repository.includes('/')
    ? `${repository.slice(0, repository.lastIndexOf('/'))}/**`
    : undefined;
  return [
    { label: words.scope.repository(repository), value: repository },
    ...(above === undefined ? [] : [{ label: words.scope.below(above), value: above }]),
    whole,
  ];
}

export function allowedActions({
  action,
}: Pick<Decision, 'action'>): readonly Choice<readonly ActionName[]>[] {
  const asked = toAction(action) ?? 'pull';
  const only = { label: words.which.only(nameOf(asked)), value: [asked] };
  if (asked !== 'pull' && asked !== 'push') return [only];
  return [only, { label: words.which.pullPush, value: ['pull', 'push'] }];
}

export function deniedActions({
  action,
}: Pick<Decision, 'action'>): readonly Choice<readonly ActionName[]>[] {
  const asked = toAction(action);
  const every = { label: words.which.every, value: [] };
  return asked === undefined ? [every] : [{ label: words.which.only(nameOf(asked)), value: [asked] }, every];
}

const nameOf = (action: string) => (words.actions[action] ?? action).toLowerCase();

function toAction(action: string | undefined): ActionName | undefined {
  return (['pull', 'push', 'delete', 'catalog'] as const).find((known) => known === action);
}
