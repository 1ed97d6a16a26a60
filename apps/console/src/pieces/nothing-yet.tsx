/** A search that found nothing so far, although there is more to look through. */

import { Button, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { recordsTexts } from '#texts/records.ts';
import { EmptyState } from './empty-state.tsx';

const words = recordsTexts;

export function NothingYet({ onGoOn }: { readonly onGoOn: () => void }) {
  return (
    <EmptyState icon={IconHistory} {...words.notYet}>
      <Button variant="default" onClick={onGoOn}>
        {words.further}
      </Button>
    </EmptyState>
  );
}

export function LookingFurther() {
  return (
    <Text role="status" c="dimmed" size="sm" mt="xs">
      {words.lookingFurther}
    </Text>
  );
}
