/** Decisions: what machines asked about and how it came out; live, filtered by the address, one of them explained. */

import { Box, Button } from '@mantine/core';
import { useDocumentVisibility } from '@mantine/hooks';
import { IconListCheck, IconSearchOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { commonTexts } from '#texts/common.ts';
import { decisionsTexts } from '#texts/decisions.ts';
import type { Decision, DecisionFilter } from '../../api/decisions.ts';
import { toQuery, useDecisions } from '../../api/decisions.ts';
import { useDeepListing } from '../../api/deep-listing.ts';
import { useOrganization } from '../../api/session.ts';
import { EmptyState } from '../../pieces/empty-state.tsx';
import { ExportMenu } from '../../pieces/export-menu.tsx';
import { ListTable } from '../../pieces/list-table.tsx';
import { LookingFurther, NothingYet } from '../../pieces/nothing-yet.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { type AddressSearch, toText, useAddress } from '../../shell/address.ts';
import { pagePath } from '../../shell/page-path.ts';
import { columns } from './columns.tsx';
import { DecisionDrawer } from './decision-drawer.tsx';
import { parseFilter } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { FilterPills } from './filter-pills.tsx';
import { LiveBar } from './live-bar.tsx';
import { useLiveTail } from './live-tail.ts';
import { useReading } from './reading.ts';

const words = decisionsTexts;

export function Page() {
  const { slug } = useOrganization();
  const [search, change] = useAddress();
  const filter = parseFilter(search);
  const id = toText(search.id);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <ExportMenu path={`/api/v1/organizations/${slug}/decisions/export`} query={toQuery(filter)} />
      </PageHeader>
      <FilterBar filter={filter} onChange={change} />
      <FilterPills filter={filter} onChange={change} />
      <List filter={filter} isLive={search.live === true} isOpen={id !== undefined} onChange={change} />
      <DecisionDrawer id={id} onClose={() => change({ id: undefined })} />
    </>
  );
}

function List({
  filter,
  isLive,
  isOpen,
  onChange,
}: {
  readonly filter: DecisionFilter;
  readonly isLive: boolean;
  readonly isOpen: boolean;
  readonly onChange: (changes: AddressSearch) => void;
}) {
  const { slug } = useOrganization();
  const { listing, isUnfinished, isLooking, goOn } = useDeepListing<Decision>(
    useDecisions(slug, filter),
    JSON.stringify([slug, filter]),
  );
  const { isReading, handlers } = useReading();
  // Browsers allow few connections to one server: a page that nobody sees must not hold one.
  const isSeen = useDocumentVisibility() === 'visible';
  const isPaused = isReading || isOpen;
  const tail = useLiveTail(slug, filter, { isOn: isLive && isSeen, isPaused });
  return (
    <>
      <LiveBar
        tail={tail}
        isOn={isLive}
        isPaused={isPaused}
        onChange={(isOn) => onChange({ live: isOn ? true : undefined })}
      />
      <Box {...handlers}>
        {isUnfinished ? (
          <NothingYet onGoOn={goOn} />
        ) : (
          <ListTable
            label={words.title}
            columns={columns}
            listing={listing}
            keyOf={(decision) => decision.id}
            empty={<Empty isFiltered={Object.keys(filter).length > 0} />}
          />
        )}
        {isLooking ? <LookingFurther /> : null}
      </Box>
    </>
  );
}

function Empty({ isFiltered }: { readonly isFiltered: boolean }) {
  const { slug } = useOrganization();
  if (isFiltered) return <EmptyState icon={IconSearchOff} {...commonTexts.nothingFound} />;
  return (
    <EmptyState icon={IconListCheck} title={words.empty.title} text={words.empty.text}>
      <Button component={Link} to={pagePath(slug, 'machines')} variant="default">
        {words.empty.action}
      </Button>
    </EmptyState>
  );
}
