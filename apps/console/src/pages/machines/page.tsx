/** Machines: what each obeys, who holds it, when it was last seen; how more of them join. */

import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { machinesTexts } from '#texts/machines.ts';
import { useMay } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { MachineDrawer } from './machine-drawer.tsx';
import { MachineList } from './machine-list.tsx';
import { useMachineSearch } from './machine-search.ts';

const words = machinesTexts;
const EnrolDialog = later(async () => (await import('./enrol-dialog.tsx')).EnrolDialog);
const TokenList = later(async () => (await import('./token-list.tsx')).TokenList, <Skeleton h={320} />);

export function Page() {
  const may = useMay()('machines:write');
  const [{ view, enrol, id }, change] = useMachineSearch();
  const showsTokens = may && view === 'tokens';
  return (
    <>
      <PageHeader title={words.title} lead={showsTokens ? words.tokens.lead : words.lead}>
        {may ? (
          <>
            <SegmentedControl
              aria-label={words.views.label}
              value={showsTokens ? 'tokens' : 'machines'}
              onChange={(next) => change({ view: next === 'tokens' ? 'tokens' : undefined })}
              data={[
                { value: 'machines', label: words.views.machines },
                { value: 'tokens', label: words.views.tokens },
              ]}
            />
            <Button
              leftSection={<IconPlugConnected size={18} aria-hidden />}
              onClick={() => change({ enrol: true })}
            >
              {words.enrol.action}
            </Button>
          </>
        ) : null}
      </PageHeader>
      {showsTokens ? <TokenList /> : <MachineList />}
      {may && enrol ? <EnrolDialog onClose={() => change({ enrol: undefined })} /> : null}
      <MachineDrawer id={id} onClose={() => change({ id: undefined })} />
    </>
  );
}
