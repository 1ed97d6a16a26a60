/** The list of machines with its filters; every row opens its machine. */

import { Button } from '@mantine/core';
import { IconDeviceDesktop, IconFilterOff, IconPlugConnected } from '@tabler/icons-react';
import { commonTexts } from '#texts/common.ts';
import { machinesTexts } from '#texts/machines.ts';
import { useMachines } from '../../api/machines.ts';
import { useMay, useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { ListTable } from '../../pieces/list-table.tsx';
import { toColumns } from './machine-columns.tsx';
import { MachineFilters } from './machine-filters.tsx';
import { isFiltered, toFilter, useMachineSearch } from './machine-search.ts';
import { useRevisionInForce } from './revision-in-force.ts';

const words = machinesTexts;

export function MachineList() {
  const { slug } = useOrganization();
  const [search] = useMachineSearch();
  const listing = useMachines(slug, toFilter(search));
  const revision = useRevisionInForce();
  return (
    <>
      <MachineFilters />
      <ListTable
        label={words.title}
        columns={toColumns(revision)}
        listing={listing}
        keyOf={({ id }) => id}
        empty={<Nothing />}
      />
    </>
  );
}

function Nothing() {
  const may = useMay()('machines:write');
  const [search, change] = useMachineSearch();
  if (isFiltered(search)) {
    const clear = {
      search: undefined,
      state: undefined,
      behind: undefined,
      rejected: undefined,
      unwired: undefined,
    };
    return (
      <EmptyState icon={IconFilterOff} {...commonTexts.nothingFound}>
        <Button variant="default" onClick={() => change(clear)}>
          {words.filters.clear}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconDeviceDesktop} {...words.empty}>
      {may ? (
        <Button
          leftSection={<IconPlugConnected size={18} aria-hidden />}
          onClick={() => change({ enrol: true })}
        >
          {words.enrol.action}
        </Button>
      ) : null}
    </EmptyState>
  );
}
