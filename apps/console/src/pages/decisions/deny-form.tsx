/** Denies what was allowed: one more denial in the draft. */

import { decisionsTexts } from '#texts/decisions.ts';
import type { DecisionDetail } from '../../api/decisions.ts';
import { addDenial } from '../../api/draft-changes.ts';
import { useOrganization } from '../../api/session.ts';
import { planDeny, type Wish } from './plan-change.ts';
import { useDraftChange } from './use-draft-change.ts';
import { deniedActions } from './wish-choices.ts';
import { WishForm } from './wish-form.tsx';

const words = decisionsTexts.deny;

export function DenyForm({
  decision,
  onClose,
}: {
  readonly decision: DecisionDetail;
  readonly onClose: () => void;
}) {
  const { slug } = useOrganization();
  const change = useDraftChange(async (wish: Wish) => {
    await addDenial(slug, (document) => planDeny(document, wish));
    return words.done(wish.registry);
  });
  return (
    <WishForm
      decision={decision}
      text={words}
      actions={deniedActions(decision)}
      isBusy={change.isPending}
      error={change.error}
      onSubmit={change.mutate}
      onClose={onClose}
    />
  );
}
