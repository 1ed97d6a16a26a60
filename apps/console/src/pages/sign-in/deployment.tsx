/** Pick a system, get its files and the places where they belong. */

import { Button, Card, Code, Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import {
  IconBrandApple,
  IconBrandWindows,
  IconDownload,
  IconTerminal2,
  type TablerIcon,
} from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { signInTexts } from '#texts/sign-in.ts';
import { useOrganization } from '../../api/session.ts';

const words = signInTexts.deploy;
type Way = keyof typeof words.ways;

const SYSTEMS = {
  linux: { name: words.linux, icon: IconTerminal2, ways: ['linuxFile'] },
  macos: { name: words.macos, icon: IconBrandApple, ways: ['macProfile', 'macPlist', 'macFile'] },
  windows: { name: words.windows, icon: IconBrandWindows, ways: ['windowsKey', 'windowsFile'] },
} as const satisfies Record<string, { name: string; icon: TablerIcon; ways: readonly Way[] }>;
type System = keyof typeof SYSTEMS;

/** The file's format, as the API and `pullgate sign-in artifacts` name it. */
const FORMATS = {
  linuxFile: 'registry.json',
  macProfile: 'mobileconfig',
  macPlist: 'plist',
  macFile: 'registry.json',
  windowsKey: 'reg',
  windowsFile: 'registry.json',
} as const satisfies Record<Way, string>;

export function Deployment() {
  const { system: wished } = useSearch({ strict: false }) as { system?: unknown };
  const system: System = Object.keys(SYSTEMS).includes(String(wished)) ? (wished as System) : 'linux';
  const navigate = useNavigate();
  return (
    <section aria-labelledby="deploy">
      <Title order={2} size="h4" id="deploy">
        {words.title}
      </Title>
      <Text c="dimmed" maw="70ch" mb="md">
        {words.lead}
      </Text>
      <SegmentedControl
        aria-label={words.systems}
        value={system}
        onChange={(next) =>
          void navigate({ to: '.', search: (before: object) => ({ ...before, system: next }), replace: true })
        }
        data={Object.entries(SYSTEMS).map(([value, { name, icon: Icon }]) => ({
          value,
          label: (
            <Group gap={6} wrap="nowrap">
              <Icon size={16} aria-hidden />
              <span>{name}</span>
            </Group>
          ),
        }))}
      />
      <SimpleGrid cols={{ base: 1, md: 3 }} mt="md">
        {SYSTEMS[system].ways.map((way) => (
          <WayCard key={way} way={way} />
        ))}
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="sm" maw="70ch">
        {words.docker}
      </Text>
    </section>
  );
}

function WayCard({ way }: { readonly way: Way }) {
  const { slug } = useOrganization();
  const { file, place, note } = words.ways[way];
  const isPath = /^(\/|[A-Z]:\\)/.test(place);
  return (
    <Card withBorder>
      <Stack gap="xs" h="100%">
        <Text fw={600}>{file}</Text>
        <Text size="sm" c="dimmed">
          {isPath ? words.place : words.by}
        </Text>
        {isPath ? <Code>{place}</Code> : <Text size="sm">{place}</Text>}
        <Text size="sm">{note}</Text>
        <Button
          component="a"
          href={`/api/v1/organizations/${slug}/sign-in-files/${FORMATS[way]}`}
          download={file}
          aria-label={words.downloadOf(file)}
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          mt="auto"
        >
          {words.download}
        </Button>
      </Stack>
    </Card>
  );
}
