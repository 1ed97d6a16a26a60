/** Allows what was denied: an entry of the draft is added or widened, and nothing else is opened. */

import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { decisionsTexts } from '#texts/decisions.ts';
import type { DecisionDetail } from '../../api/decisions.ts';
import { addRegistry, editRegistry, registriesOfHostQuery } from '../../api/draft-changes.ts';
import { useOrganization } from '../../api/session.ts';
import { type AllowPlan, planAllow, type Wish } from './plan-change.ts';
import { useDraftChange } from './use-draft-change.ts';
import { allowedActions } from './wish-choices.ts';
import { WishForm } from './wish-form.tsx';

const words = decisionsTexts.allow;

export function AllowForm({
  decision,
  onClose,
}: {
  readonly decision: DecisionDetail;
  readonly onClose: () => void;
}) {
  const { slug } = useOrganization();
  const entries = useQuery(registriesOfHostQuery(slug, decision.registry));
  const change = useDraftChange(async (wish: Wish) => {
    // Read again: the draft may have moved while the form stood open.
    const { data } = await entries.refetch({ throwOnError: true });
    await carryOut(slug, planAllow(data?.items ?? [], wish));
    return words.done(wish.registry);
  });
  return (
    <WishForm
      decision={decision}
      text={words}
      actions={allowedActions(decision)}
      isBusy={change.isPending}
      error={change.error ?? entries.error}
      effectOf={(wish) =>
        entries.data === undefined ? null : <Effect plan={planAllow(entries.data.items, wish)} wish={wish} />
      }
      onSubmit={change.mutate}
      onClose={onClose}
    />
  );
}

async function carryOut(organization: string, plan: AllowPlan): Promise<void> {
  if (plan.kind === 'add') await addRegistry(organization, plan.body);
  if (plan.kind === 'widen') await editRegistry(organization, plan.id, plan.body);
}

function Effect({ plan, wish }: { readonly plan: AllowPlan; readonly wish: Wish }) {
  if (plan.kind === 'there') {
    return (
      <Alert color="gray" role="note">
        {words.there(plan.id)}
      </Alert>
    );
  }
  return (
    <Text size="sm" c="dimmed">
      {plan.kind === 'add' ? words.add(wish.registry) : words.widen(plan.id)}
    </Text>
  );
}
