/** Tabs whose choice lives in the address (`?tab=`), so that each can be sent to somebody and the browser's Back works. */

import { Tabs } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './page-tabs.module.css';

export interface PageTab {
  readonly value: string;
  readonly name: string;
  readonly icon: TablerIcon;
  readonly content: (props: object) => ReactNode;
}

/** @param tabs those that the person may have; the first one is shown when the address names none of them */
export function PageTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly PageTab[] }) {
  const { tab: wished } = useSearch({ strict: false }) as { tab?: unknown };
  const navigate = useNavigate();
  const here = tabs.find(({ value }) => value === wished) ?? tabs[0];
  if (here === undefined) return null;
  return (
    <Tabs
      value={here.value}
      // Filters belong to their tab and go with it.
      onChange={(tab) => void navigate({ to: '.', search: { tab } as never })}
      keepMounted={false}
    >
      <Tabs.List aria-label={label} mb="lg" className={classes.list ?? ''}>
        {tabs.map(({ value, name, icon: Icon }) => (
          <Tabs.Tab key={value} value={value} leftSection={<Icon size={16} stroke={1.6} aria-hidden />}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, content: Content }) => (
        <Tabs.Panel key={value} value={value}>
          <Content />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
