/** A state in a word, a colour and a sign, so that colour alone never carries it. */

import { Badge } from '@mantine/core';
import { IconCheck, IconCircleDashed, IconEye, IconX, type TablerIcon } from '@tabler/icons-react';

export type StatusKind = 'good' | 'bad' | 'waiting' | 'neutral';

const LOOKS: Readonly<Record<StatusKind, { readonly color: string; readonly icon: TablerIcon }>> = {
  good: { color: 'gate', icon: IconCheck },
  bad: { color: 'red', icon: IconX },
  waiting: { color: 'amber', icon: IconEye },
  neutral: { color: 'gray', icon: IconCircleDashed },
};

export function StatusBadge({ kind, text }: { readonly kind: StatusKind; readonly text: string }) {
  const { color, icon: Icon } = LOOKS[kind];
  return (
    <Badge
      variant="light"
      color={color}
      tt="none"
      fw={600}
      leftSection={<Icon size={12} aria-hidden />}
      // However narrow the row: half a word is no state.
      style={{ flexShrink: 0 }}
    >
      {text}
    </Badge>
  );
}
