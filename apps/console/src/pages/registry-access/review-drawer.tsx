/** The draft before it is applied, and its way to the machines after. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { draftQuery } from '../../api/draft.ts';
import { useOrganization } from '../../api/session.ts';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { Review } from './review.tsx';
import { RolloutView } from './rollout-view.tsx';
import { SideDrawer } from './side-drawer.tsx';

const words = registryAccessTexts;

export function ReviewDrawer() {
  const { slug } = useOrganization();
  const [, change] = useAccessSearch();
  const { data: draft } = useQuery(draftQuery(slug));
  const [published, setPublished] = useState<number>();
  const onClose = () => change(CLOSED);
  const title = published === undefined ? words.draft.title : words.rollout.title(published);
  return (
    <SideDrawer title={title} onClose={onClose}>
      {(close) => {
        if (published !== undefined) return <RolloutView revision={published} onClose={close} />;
        if (draft === undefined) return null;
        return <Review draft={draft} onPublished={setPublished} onClose={close} />;
      }}
    </SideDrawer>
  );
}
