/** Changes of a policy, worded: what was added, edited, removed. A sign and a word beside the colour. */

import { Button, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Change } from '../../api/draft.ts';
import classes from './change-list.module.css';

const words = registryAccessTexts.draft;
const FIRST = 50;
/** No window shows more, and no browser lays out thousands gladly. */
const STEP = 500;

export function ChangeList({ changes }: { readonly changes: readonly Change[] }) {
  const [shown, setShown] = useState(FIRST);
  return (
    <Stack gap={4}>
      <List listStyleType="none" withPadding={false} className={classes.list ?? ''}>
        {changes.slice(0, shown).map(({ path, op, text }) => (
          <List.Item key={`${op} ${path}`} className={classes[op] ?? ''}>
            <span className={classes.sign} aria-label={words.ops[op]} role="img">
              {{ add: '+', remove: '−', edit: '~' }[op]}
            </span>
            <Text span size="sm" className="mono">
              {withoutSign(text)}
            </Text>
          </List.Item>
        ))}
      </List>
      {changes.length > shown ? (
        <Button
          size="compact-sm"
          variant="subtle"
          w="fit-content"
          onClick={() => setShown((before) => before + STEP)}
        >
          {words.moreChanges(changes.length - shown)}
        </Button>
      ) : null}
    </Stack>
  );
}

/** The API words changes for terminals, with a sign of its own in front. */
function withoutSign(text: string): string {
  return text.replace(/^[+~\u2212-]\s+/, '');
}
