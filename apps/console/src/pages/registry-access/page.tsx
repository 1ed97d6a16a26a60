/** Registry access: which registries machines may use. Mode, list, denials, the same as YAML, revisions, and the draft between them. */

import { Box, Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { registryAccessTexts } from '#texts/registry-access.ts';
import { draftQuery } from '../../api/draft.ts';
import { useOrganization } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { ProblemNotice } from '../../pieces/problem-notice.tsx';
import { TABS, useAccessSearch } from './access-search.ts';
import { DraftBar } from './draft-bar.tsx';
import { Drawers } from './drawers.tsx';
import { ModeCard } from './mode-card.tsx';
import { OutdatedNotice } from './outdated-notice.tsx';
import classes from './page.module.css';
import { RegistriesTab } from './registries-tab.tsx';

const words = registryAccessTexts;
const RevisionsTab = later(
  async () => (await import('./revisions-tab.tsx')).RevisionsTab,
  <Skeleton h={320} />,
);
const YamlTab = later(async () => (await import('./yaml-tab.tsx')).YamlTab, <Skeleton h={480} />);

export function Page() {
  const { slug } = useOrganization();
  const [{ tab }, change] = useAccessSearch();
  const draft = useQuery(draftQuery(slug));
  // Once shown it stays, with what was typed.
  const [wasYamlShown, setYamlShown] = useState(tab === 'yaml');
  if (tab === 'yaml' && !wasYamlShown) setYamlShown(true);
  if (draft.data === undefined && draft.error !== null) {
    return (
      <>
        <PageHeader title={words.title} lead={words.lead} />
        <ProblemNotice error={draft.error} onRetry={() => void draft.refetch()} />
      </>
    );
  }
  return (
    <Box className={classes.page ?? ''}>
      <PageHeader title={words.title} lead={words.lead} />
      <ModeCard />
      {draft.data === undefined ? null : <OutdatedNotice draft={draft.data} />}
      <Tabs
        value={tab}
        onChange={(next) => change({ tab: next === 'registries' ? undefined : (next ?? undefined) })}
        keepMounted
        mt="lg"
      >
        <Tabs.List aria-label={words.tabsLabel} mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {words.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="registries">{tab === 'registries' ? <RegistriesTab /> : null}</Tabs.Panel>
        <Tabs.Panel value="yaml">{wasYamlShown ? <YamlTab /> : null}</Tabs.Panel>
        <Tabs.Panel value="revisions">{tab === 'revisions' ? <RevisionsTab /> : null}</Tabs.Panel>
      </Tabs>
      {draft.data === undefined ? null : <DraftBar draft={draft.data} />}
      <Drawers />
    </Box>
  );
}
