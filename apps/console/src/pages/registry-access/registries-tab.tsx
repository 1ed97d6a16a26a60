/** The list of registries, Docker Hub first, and the denials. */

import { Button, Group, Stack } from '@mantine/core';
import { IconClipboardList, IconListSearch, IconPlus, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { commonTexts } from '#texts/common.ts';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { answerOf, api } from '../../api/client.ts';
import { useListing } from '../../api/listing.ts';
import { type Registry, registriesOfQuery } from '../../api/registries.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { SearchField } from '../../pieces/search-field.tsx';
import { useAccessSearch } from './access-search.ts';
import { DenialSection } from './denial-section.tsx';
import { registryColumns } from './registry-columns.tsx';
import type { RegistryRow } from './registry-row.ts';
import { RegistryRowActions } from './registry-row-actions.tsx';
import { WaitingHosts } from './waiting-hosts.tsx';

const words = registryAccessTexts;
const HUB = 'docker.io';

export function RegistriesTab() {
  const [{ search }, change] = useAccessSearch();
  const mayWrite = useMay()('policy:write');
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <SearchField
          label={words.search}
          value={search}
          onChange={(text) => change({ search: text === '' ? undefined : text }, true)}
        />
        {mayWrite ? (
          <Group gap="xs">
            <Button
              variant="default"
              leftSection={<IconClipboardList size={16} aria-hidden />}
              onClick={() => change({ bulk: true })}
            >
              {words.importList}
            </Button>
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => change({ add: '' })}>
              {words.add}
            </Button>
          </Group>
        ) : null}
      </Group>
      <WaitingHosts />
      <RegistryTable />
      <DenialSection />
    </Stack>
  );
}

function RegistryTable() {
  const [{ search }] = useAccessSearch();
  const mayWrite = useMay()('policy:write');
  const listing = useRegistryRows(search);
  const columns: readonly Column<RegistryRow>[] = mayWrite
    ? [
        ...registryColumns,
        {
          key: 'actions',
          title: commonTexts.actions,
          width: '8rem',
          render: (row) => <RegistryRowActions row={row} />,
        },
      ]
    : registryColumns;
  return (
    <ListTable
      label={words.tabs.registries}
      columns={columns}
      listing={listing}
      keyOf={(row) => (row === 'hub-missing' ? row : row.id)}
      empty={
        search === '' ? (
          <EmptyState icon={IconShieldCheck} {...words.empty} />
        ) : (
          <EmptyState icon={IconListSearch} {...commonTexts.nothingFound} />
        )
      }
    />
  );
}

/** By host, with Docker Hub in front; a search shows what it finds and nothing else. */
function useRegistryRows(search: string) {
  const { slug } = useOrganization();
  const hub = useQuery({ ...registriesOfQuery(slug, HUB), enabled: search === '' });
  const listing = useListing<Registry>(['registries', slug, 'list', search], (cursor, signal) =>
    answerOf(
      api.GET('/api/v1/organizations/{organization}/registries', {
        params: {
          path: { organization: slug },
          query: {
            sort: 'registry',
            limit: 100,
            ...(search === '' ? {} : { search }),
            ...(cursor === undefined ? {} : { cursor }),
          },
        },
        signal,
      }),
    ),
  );
  if (search !== '') return listing;
  const { rows } = listing;
  const hubRows = hub.data?.items;
  if (rows === undefined || hubRows === undefined) {
    const retry = () => {
      listing.retry();
      void hub.refetch();
    };
    return { ...listing, rows: undefined, error: listing.error ?? hub.error, retry };
  }
  const ids = new Set(hubRows.map(({ id }) => id));
  const first: readonly RegistryRow[] = hubRows.length === 0 ? ['hub-missing'] : hubRows;
  return { ...listing, rows: [...first, ...rows.filter(({ id }) => !ids.has(id))] };
}
