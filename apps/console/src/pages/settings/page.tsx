/** Organization: its name, who must have a second factor, domains, single sign-on, the directory. */

import { Text } from '@mantine/core';
import { IconBuilding, IconId, IconRefresh, IconWorld } from '@tabler/icons-react';
import { settingsTexts } from '#texts/settings.ts';
import { useMay } from '../../api/session.ts';
import { PageHeader } from '../../pieces/page-header.tsx';
import { PageTabs } from '../../pieces/page-tabs.tsx';
import { Directory } from './directory.tsx';
import { Domains } from './domains.tsx';
import { General } from './general.tsx';
import { SingleSignOn } from './single-sign-on.tsx';

const words = settingsTexts;

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
