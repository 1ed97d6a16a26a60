/** Activity: who changed what, newest first; one entry opened with before and after; the chain verified; exports. */

import { Anchor } from '@mantine/core';
import { IconActivity, IconSearchOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { activityTexts } from '#texts/activity.ts';
import { commonTexts } from '#texts/common.ts';
import { type ActivityEntry, useActivity } from '../../api/activity.ts';
import { useDeepListing } from '../../api/deep-listing.ts';
import { useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { ExportMenu } from '../../pieces/export-menu.tsx';
import { type Column, ListTable } from '../../pieces/list-table.tsx';
import { LookingFurther, NothingYet } from '../../pieces/nothing-yet.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { RelativeTime } from '../../pieces/relative-time.tsx';
import { type AddressSearch, toText, useAddress, withChanges } from '../../shell/address.ts';
import { EntryDrawer } from './entry-drawer.tsx';
import { type DayFilter, parseFilter, toQuery } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { VerifyRecord } from './verify-record.tsx';

const words = activityTexts;

export function Page() {
  const { slug } = useOrganization();
  const [search, change] = useAddress();
  const filter = parseFilter(search);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <ExportMenu path={`/api/v1/organizations/${slug}/activity/export`} query={{ ...toQuery(filter) }} />
      </PageHeader>
      <VerifyRecord />
      <FilterBar filter={filter} onChange={change} />
      <List filter={filter} />
      <EntryDrawer id={toText(search.id)} onClose={() => change({ id: undefined })} />
    </>
  );
}

function List({ filter }: { readonly filter: DayFilter }) {
  const { slug } = useOrganization();
  const { listing, isUnfinished, isLooking, goOn } = useDeepListing<ActivityEntry>(
    useActivity(slug, toQuery(filter)),
    JSON.stringify([slug, filter]),
  );
  if (isUnfinished) return <NothingYet onGoOn={goOn} />;
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <ListTable
        label={words.title}
        columns={columns}
        listing={listing}
        keyOf={({ id }) => id}
        empty={
          isFiltered ? (
            <EmptyState icon={IconSearchOff} {...commonTexts.nothingFound} />
          ) : (
            <EmptyState icon={IconActivity} {...words.empty} />
          )
        }
      />
      {isLooking ? <LookingFurther /> : null}
    </>
  );
}

const columns: readonly Column<ActivityEntry>[] = [
  { key: 'at', title: words.columns.at, width: '9rem', render: ({ at }) => <RelativeTime at={at} /> },
  {
    key: 'text',
    title: words.columns.text,
    render: ({ id, text }) => (
      <Anchor
        component={Link}
        to="."
        search={((old: AddressSearch) => withChanges(old, { id })) as never}
        resetScroll={false}
        aria-haspopup="dialog"
        inherit
        style={{ overflowWrap: 'anywhere' }}
      >
        {text}
      </Anchor>
    ),
  },
  {
    key: 'actor',
    title: words.columns.actor,
    render: ({ actor }) => <span style={{ overflowWrap: 'anywhere' }}>{actor.name}</span>,
  },
  { key: 'from', title: words.columns.from, render: ({ from }) => from.address },
];
