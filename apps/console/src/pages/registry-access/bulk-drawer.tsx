/** Many registries at once: pasted or from a file, shown line by line before any of them is added. */

import { Skeleton } from '@mantine/core';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { later } from '../../pieces/later.tsx';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { SideDrawer } from './side-drawer.tsx';

const BulkForm = later(async () => (await import('./bulk-form.tsx')).BulkForm, <Skeleton h={320} />);

export function BulkDrawer() {
  const [, change] = useAccessSearch();
  const [isDirty, setDirty] = useState(false);
  const onClose = () => change(CLOSED);
  return (
    <SideDrawer title={registryAccessTexts.bulk.title} isDirty={isDirty} onClose={onClose}>
      {(close) => <BulkForm onDirty={setDirty} onDone={onClose} onCancel={close} />}
    </SideDrawer>
  );
}
