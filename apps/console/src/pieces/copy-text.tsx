/** Something to be copied: a command, a token, a file. Long lines wrap, so that everything is seen before it is run. */

import { Button, CopyButton, Group, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { commonTexts } from '#texts/common.ts';
import classes from './copy-text.module.css';

export function CopyText({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <Group justify="space-between" mb={4} gap="xs" wrap="nowrap">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={copy}
              aria-label={copied ? commonTexts.copied : `${commonTexts.copy}: ${label}`}
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            >
              <span aria-live="polite">{copied ? commonTexts.copied : commonTexts.copy}</span>
            </Button>
          )}
        </CopyButton>
      </Group>
      <pre className={classes.text}>{text}</pre>
    </div>
  );
}
