/** Many registries at once: pasted or from a file, shown line by line before any of them is added. Loaded when it is opened. */

import { Skeleton } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { SideDrawer } from './side-drawer.tsx';

const BulkForm = lazy(() => import('./bulk-form.tsx').then(({ BulkForm: it }) => ({ default: it })));

export function BulkDrawer() {
  const [, change] = useAccessSearch();
  const [isDirty, setDirty] = useState(false);
  const onClose = () => change(CLOSED);
  return (
    <SideDrawer title={registryAccessTexts.bulk.title} isDirty={isDirty} onClose={onClose}>
      {(close) => (
        <Suspense fallback={<Skeleton h={320} />}>
          <BulkForm onDirty={setDirty} onDone={onClose} onCancel={close} />
        </Suspense>
      )}
    </SideDrawer>
  );
}
