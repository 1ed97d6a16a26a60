/** What narrows a rule, in a cell. */

import { Stack, Text } from '@mantine/core';
import { registryAccessTexts } from '#texts/registry-access.ts';

const words = registryAccessTexts;
/** More lines would make the row a page. */
const MOST_SHOWN = 4;

export function LimitSummary({
  rule: { repositories = [], tags, digests },
}: {
  readonly rule: {
    readonly repositories?: readonly string[];
    readonly tags?: readonly string[];
    readonly digests?: readonly string[];
  };
}) {
  if (repositories.length === 0 && tags === undefined && digests === undefined) return words.everything;
  return (
    <Stack gap={0}>
      {repositories.slice(0, MOST_SHOWN).map((repository) => (
        <code key={repository}>{repository}</code>
      ))}
      {repositories.length > MOST_SHOWN ? (
        <Text size="sm">{words.draft.moreWarnings('', repositories.length - MOST_SHOWN).trim()}</Text>
      ) : null}
      {tags === undefined ? null : <Text size="sm">{words.tags(tags.join(', '))}</Text>}
      {digests === undefined ? null : <Text size="sm">{words.digests(digests.length)}</Text>}
    </Stack>
  );
}
