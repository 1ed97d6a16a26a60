/** The field that names a registry, with suggestions, and below it what the typed host is made of. */

import { Autocomplete, Group, Stack, Text } from '@mantine/core';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { HostFactList } from './host-fact-list.tsx';
import { useHostSuggestions } from './host-suggestions.ts';

const words = registryAccessTexts.form;

export function HostField({
  value,
  insecure = false,
  error,
  onChange,
  onBlur,
  onTakePath,
  except,
}: {
  readonly value: string;
  readonly insecure?: boolean;
  readonly error?: React.ReactNode;
  readonly onChange: (value: string) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly onTakePath?: ((pattern: string) => void) | undefined;
  /** Entry that is being edited: not said to be on the list already. */
  readonly except?: string | undefined;
}) {
  const { data, noteOf } = useHostSuggestions(value);
  return (
    <Stack gap="xs">
      <Autocomplete
        label={words.host}
        description={words.hostHint}
        placeholder={words.hostPlaceholder}
        value={value}
        onChange={onChange}
        onBlur={onBlur}
        error={error}
        data={data}
        filter={({ options }) => options}
        renderOption={({ option }) => (
          <Group justify="space-between" gap="xs" w="100%" wrap="nowrap">
            <span className="mono">{option.value}</span>
            <Text span size="xs" c="dimmed" ta="right">
              {noteOf(option.value)}
            </Text>
          </Group>
        )}
        maxDropdownHeight={280}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        withAsterisk
        data-autofocus
      />
      <HostFactList text={value} insecure={insecure} onTakePath={onTakePath} except={except} />
    </Stack>
  );
}
