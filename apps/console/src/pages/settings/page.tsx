/** Organization: its name, who must have a second factor, domains, single sign-on, the directory. */

import { Skeleton, Text } from '@mantine/core';
import { IconBuilding, IconId, IconRefresh, IconWorld } from '@tabler/icons-react';
import { settingsTexts } from '#texts/settings.ts';
import { useMay } from '../../api/session.ts';
import { later } from '../../pieces/later.tsx';
import { PageHeader } from '../../pieces/page-header.tsx';
import { PageTabs } from '../../pieces/page-tabs.tsx';

const words = settingsTexts;
const FORM = <Skeleton h={420} />;
const General = later(async () => (await import('./general.tsx')).General, FORM);
const Domains = later(async () => (await import('./domains.tsx')).Domains, FORM);
const SingleSignOn = later(async () => (await import('./single-sign-on.tsx')).SingleSignOn, FORM);
const Directory = later(async () => (await import('./directory.tsx')).Directory, FORM);

const TABS = [
  { value: 'general', name: words.tabs.general, icon: IconBuilding, content: General },
  { value: 'domains', name: words.tabs.domains, icon: IconWorld, content: Domains },
  { value: 'single-sign-on', name: words.tabs.sso, icon: IconId, content: SingleSignOn },
];
/** Owners alone read what a directory is set to. */
const SCIM = { value: 'scim', name: words.tabs.scim, icon: IconRefresh, content: Directory };

export function Page() {
  const mayWrite = useMay()('organization:write');
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {mayWrite ? null : (
        <Text c="dimmed" mb="md">
          {words.readOnly}
        </Text>
      )}
      <PageTabs label={words.tabs.label} tabs={mayWrite ? [...TABS, SCIM] : TABS} />
    </>
  );
}
