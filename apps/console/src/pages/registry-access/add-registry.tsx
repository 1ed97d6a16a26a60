/** Adds a registry to the draft. */

import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { useAddRegistry } from '../../api/registries.ts';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { CLOSED, useAccessSearch } from './access-search.ts';
import { RegistryForm } from './registry-form.tsx';
import { NEW_REGISTRY, type RegistryValues, toNew } from './registry-values.ts';
import { SideDrawer } from './side-drawer.tsx';

const words = registryAccessTexts;

export function AddRegistry() {
  const [{ add, repositories }, change] = useAccessSearch();
  const [isDirty, setDirty] = useState(false);
  const mutation = useAddRegistry();
  const onClose = () => change(CLOSED);
  const save = (values: RegistryValues) =>
    mutation.mutate(toNew(values), {
      onSuccess: ({ registry, name }) => {
        notifications.show({
          message: words.added(name ?? registry),
          closeButtonProps: { 'aria-label': commonTexts.close },
        });
        onClose();
      },
    });
  return (
    <SideDrawer title={words.form.addTitle} isDirty={isDirty} onClose={onClose}>
      {(close) => (
        <RegistryForm
          initial={{ ...NEW_REGISTRY, registry: add ?? '', repositories: [...repositories] }}
          action={words.form.addAction}
          isBusy={mutation.isPending}
          notice={mutation.error === null ? null : <ProblemNotice error={mutation.error} />}
          onSave={save}
          onDirty={setDirty}
          onClose={close}
        />
      )}
    </SideDrawer>
  );
}
