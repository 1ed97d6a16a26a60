/** What the list shows, as a file: with the filters in force, whole. */

import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { recordsTexts } from '#texts/records.ts';

const words = recordsTexts;
const FORMATS = ['csv', 'json'] as const;

/** @param path of the export, below the API's root @param query the filters, in the words of the API */
export function ExportMenu({
  path,
  query,
}: {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const addressOf = (format: string) =>
    `${path}?${new URLSearchParams([...given, ['format', format]].map(([name, value]) => [String(name), String(value)]))}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {words.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item key={format} component="a" href={addressOf(format)} download>
            {words[format]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
