/** Warnings of a draft, those of one kind together with the rules that they are about. */

import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle } from '@tabler/icons-react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import type { Draft } from '../../api/draft.ts';
import { RemedyButton } from './remedy-button.tsx';

type Warning = Draft['warnings'][number];
const MOST_NAMED = 8;

export function WarningList({ warnings }: { readonly warnings: readonly Warning[] }) {
  return (
    <Stack gap="xs">
      {toGroups(warnings).map(({ code, message, severity, rules, remedy }) => {
        const isError = severity === 'error';
        return (
          <Alert
            key={`${code} ${message}`}
            color={isError ? 'red' : 'amber'}
            icon={isError ? <IconAlertOctagon aria-hidden /> : <IconAlertTriangle aria-hidden />}
            role="note"
          >
            <Text size="sm">{`${message.charAt(0).toUpperCase()}${message.slice(1)}.`}</Text>
            {rules.length === 0 ? null : (
              <Text size="sm" className="mono">
                {registryAccessTexts.draft.moreWarnings(
                  rules.slice(0, MOST_NAMED).join(', '),
                  Math.max(0, rules.length - MOST_NAMED),
                )}
              </Text>
            )}
            {remedy === undefined ? null : <RemedyButton remedy={remedy} />}
          </Alert>
        );
      })}
    </Stack>
  );
}

/** Errors first. */
function toGroups(warnings: readonly Warning[]) {
  const groups = new Map<string, Warning & { rules: string[] }>();
  for (const warning of warnings) {
    const key = `${warning.code} ${warning.message}`;
    const group = groups.get(key) ?? { ...warning, rules: [] };
    const rule = /^\/(?:registries|deny)\/(.+)$/.exec(warning.path)?.[1];
    if (rule !== undefined) group.rules.push(rule);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}
